/** What a search offers, in groups: pages and known epics at once, the rest when the factory has answered. Pure. */
import type { Control, EpicInList } from '../data/epics.ts';
import type { Found } from '../data/search.ts';
import { type Command, isMeant } from './commands.ts';
import { stateWords } from './format.ts';
import { agentTitle } from './task-story.ts';

export interface Hit {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Where it leads; else it is sent from here. */
  readonly href?: string;
  readonly control?: Control;
}

export interface HitGroup {
  readonly label: string;
  readonly hits: readonly Hit[];
}

type KnownEpic = Pick<EpicInList, 'id' | 'title' | 'state'>;

interface Sources {
  readonly pages: readonly Hit[];
  readonly epics: readonly KnownEpic[];
  /** What can be done from the page. */
  readonly commands: readonly Command[];
  /** Ways to what waits for a person. */
  readonly questions: readonly Command[];
  /** What the factory has found, and for which words. */
  readonly found: { readonly words: string; readonly answer: Found } | undefined;
}

/** Of epics that are known already, no more than so many: the list is there to be read. */
const MOST_EPICS = 20;
/** All are on Home. */
const MOST_QUESTIONS = 5;

export function hitsOf(query: string, { pages, epics, commands, questions, found }: Sources): HitGroup[] {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (...texts: readonly string[]) => words.every((word) => texts.join(' ').toLowerCase().includes(word));
  const known = words.length === 0 ? [] : epics.filter(({ id, title }) => fits(id, title));
  // Enter opens the first hit, so none may belong to the words before.
  const rest = words.length === 0 || found?.words !== query.trim() ? undefined : found.answer;
  const all = new Map([...known, ...(rest?.epics ?? [])].map((epic) => [epic.id, epic]));
  const groups: HitGroup[] = [
    { label: 'Pages', hits: pages.filter(({ label, description }) => fits(label, description)) },
    { label: 'Actions', hits: commands.filter((command) => isMeant(command, words)) },
    { label: 'Epics', hits: [...all.values()].slice(0, MOST_EPICS).map(epicHit) },
    {
      label: 'Waiting for you',
      hits: questions.filter((one) => isMeant(one, words) || fits(one.label, one.description)).slice(0, MOST_QUESTIONS),
    },
    { label: 'Tasks', hits: (rest?.tasks ?? []).map(taskHit) },
    { label: 'Pull requests', hits: (rest?.pullRequests ?? []).map(pullRequestHit) },
    { label: 'Agents', hits: (rest?.agents ?? []).map(agentHit) },
  ];
  return groups.filter(({ hits }) => hits.length > 0);
}

const epicHit = ({ id, title, state }: KnownEpic): Hit => ({
  id: `epic ${id}`,
  label: title,
  description: `${stateWords(state)} · ${id}`,
  href: `/epics/${encodeURIComponent(id)}`,
});

const taskHit = ({ id, title, state }: Found['tasks'][number]): Hit => ({
  id: `task ${id}`,
  label: title,
  description: `${stateWords(state)} · ${id}`,
  href: `/tasks/${encodeURIComponent(id)}`,
});

const pullRequestHit = ({ repository, number, epicId, title, state }: Found['pullRequests'][number]): Hit => ({
  id: `pull request ${repository} ${number}`,
  label: `#${number} ${title}`,
  description: `${state} · ${repository}`,
  href: `/epics/${encodeURIComponent(epicId)}/diff?pullRequest=${number}`,
});

const agentHit = ({ id, purpose, attempt, state }: Found['agents'][number]): Hit => ({
  id: `agent ${id}`,
  label: id,
  description: `${stateWords(state)} · ${agentTitle({ purpose, attempt })}`,
  href: `/agents/${encodeURIComponent(id)}`,
});
