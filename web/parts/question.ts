/** How a human request is put and answered on a page. Pure. */
import type { HumanRequest, ListedRequest } from '../data/human-requests.ts';
import { isCut } from '../data/limits.ts';
import { count, money } from './format.ts';

const TITLES: Readonly<Record<HumanRequest['kind'], string>> = {
  plan: 'Approve the plan',
  merge: 'Approve the merge',
  'protected-paths': 'Protected files change',
  'weakened-tests': 'Tests prove less than before',
  question: 'A question',
  'agent-question': 'An agent asks',
  conflict: 'A conflict',
  budget: 'The budget is used up',
  'failed-task': 'A task failed',
};

/** Kinds of a later version say their own name. */
export const titleOf = ({ kind }: Pick<HumanRequest, 'kind'>): string => TITLES[kind] ?? kind;

/** The id of a question's card on any page. */
export const questionAnchor = ({ epicId, requestId }: Pick<HumanRequest, 'epicId' | 'requestId'>): string =>
  `question-${epicId}-${requestId}`.replace(/[^\w-]/g, '-');

/** Options that begin or end work, whose words matter: `reject` and `change` are told to whoever works on. */
const WANTS_WORDS: ReadonlySet<string> = new Set(['reject', 'change', 'retry', 'restart', 'answer']);
export const takesWords = (option: string): boolean => WANTS_WORDS.has(option);

const NEEDS_WORDS: ReadonlySet<string> = new Set(['reject', 'change', 'answer']);
/** An answer that says that something is wrong, but not what, helps nobody. */
export const needsWords = (option: string): boolean => NEEDS_WORDS.has(option);

/** What becomes of the words, and which options wait for them. */
export function aboutWords(options: readonly string[]): string {
  const waiting = options.filter((option) => needsWords(option) && option !== 'answer');
  const needed = waiting.length === 0 ? '' : `; needed to ${waiting.join(' or to ')}`;
  const adopting = options.includes('adopt')
    ? ' To adopt a factory.yaml that protects less, write here the answer that the question names.'
    : '';
  return `It goes to the agents that work on it${needed}.${adopting}`;
}

/** The words as the epic takes them: a factory.yaml that protects less is adopted by its name, which is one word. */
export function given(decision: string, said: string): { readonly answer?: string; readonly comment?: string } {
  if (said === '') return {};
  return decision === 'adopt' && /^\S+$/.test(said) ? { answer: said } : { comment: said };
}

/** The same wherever an epic is cancelled. */
export const CANCEL_EPIC =
  'What runs is stopped, and open pull requests are closed. Branches and worktrees with uncommitted work stay.';

/** The same wherever all agents of an epic are interrupted. */
export const INTERRUPT_EPIC =
  'The commands and model calls that run now are ended, and each agent goes on with its next turn: it reads that you interrupted it, and your words. A model call that is ended counts at its upper bound.';

const CONSEQUENCES: Readonly<Record<string, string>> = {
  cancel: CANCEL_EPIC,
  skip: 'The epic goes on without this task; tasks that depend on it start all the same.',
  allow: 'What looks like a secret is pushed, and stays in the history for everybody who reads the repository.',
  merge: 'It is merged as the question says. A merge cannot be taken back.',
  take: 'It goes on from what stands on the branch now. Commits that are not on it are left out.',
};

type Kind = HumanRequest['kind'];

/** Options that cannot be undone, with what they will do; the others are taken at once. An agent's are words for it. */
export const consequence = (option: string, kind: Kind): string | undefined =>
  kind === 'agent-question' ? undefined : CONSEQUENCES[option];

export function label(option: string, kind: Kind): string {
  if (kind === 'agent-question') return option === 'answer' ? 'Answer in words' : option;
  return option === 'cancel'
    ? 'Cancel the epic'
    : `${option.charAt(0).toUpperCase()}${option.slice(1).replaceAll('-', ' ')}`;
}

/** "Nothing" is only said of what could be read. */
export function headline(waiting: number, isStale: boolean): string {
  if (waiting > 0) {
    const decisions = `${isCut(waiting, 'requests') ? 'At least ' : ''}${count(waiting, 'decision')}`;
    const words = `${decisions} ${waiting === 1 ? 'is' : 'are'} waiting for you`;
    return isStale ? `${words}, when last seen` : words;
  }
  return isStale ? 'Nothing was waiting for you when last seen' : 'Nothing is waiting for you';
}

/** For the badge and the tab. */
export const waitingWords = (waiting: number): string => `${waiting}${isCut(waiting, 'requests') ? '+' : ''}`;

/** Of the tab. What is not known is not said to be none. */
export const pageTitle = (waiting: number | undefined, page: string): string => {
  const number = waiting === undefined ? '(?) ' : waiting === 0 ? '' : `(${waitingWords(waiting)}) `;
  return `${number}${page === '' ? '' : `${page} · `}FactoryFactory`;
};

/** What waits for the answer, and what the epic has cost until now. */
export function stakes({
  holdsUp,
  epicCostUsd,
  epicCapUsd,
}: Pick<ListedRequest, 'holdsUp' | 'epicCostUsd' | 'epicCapUsd'>): string {
  const { tasks, agents } = holdsUp ?? { tasks: [], agents: [] };
  const held = [
    ...(tasks.length === 0 ? [] : [count(tasks.length, 'task')]),
    ...(agents.length === 0 ? [] : [count(agents.length, 'agent')]),
  ];
  const waits = tasks.length + agents.length === 1 ? 'waits' : 'wait';
  const cost = `the epic has cost ${money(epicCostUsd)}${epicCapUsd === null ? '' : ` of ${money(epicCapUsd)}`}`;
  return held.length === 0 ? cost : `${held.join(' and ')} ${waits} for it; ${cost}`;
}
