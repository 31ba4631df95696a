/** The numbers that a page of the dashboard shows, and those that it should show. */
import { titleOf } from '../../web/parts/question.ts';
import type { EpicView } from '../../workflows/contract/records.ts';

export interface ShownEpic {
  readonly id: string;
  readonly state: string;
  readonly questions: number;
  readonly tasks: string;
}

/** Runs in the browser, where nothing else of this file is known. What a page does not have is 0 or empty. */
export function readFigures() {
  const text = (node: Element | null | undefined) => node?.textContent ?? '';
  const number = (from: string, pattern: RegExp) => Number(pattern.exec(from)?.[1] ?? 0);
  const all = (selector: string) => [...document.querySelectorAll(selector)];
  const stateIn = (node: Element | null | undefined) => text(node?.querySelector('.mantine-Badge-label'));
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')?.href ?? '';
  const epics = all('tr[data-epic]').map((row): ShownEpic => {
    const [, state, tasks] = row.querySelectorAll('td');
    return {
      id: row.getAttribute('data-epic') ?? '',
      state: stateIn(state),
      questions: number(text(state), /(\d+) questions? open/),
      tasks: text(tasks),
    };
  });
  const states = all('tr[data-task]').map((row) => stateIn(row.querySelectorAll('td')[1]));
  const counts = all('[aria-label=State] label').map((label) => text(label).split(/ (?=\d+$)/));
  return {
    badge: number(document.querySelector('nav [data-waiting]')?.getAttribute('data-waiting') ?? '0', /^(.+)$/),
    title: number(document.title, /^\((.+)\) /),
    icon: />([^<>]+)<\/text>/.exec(decodeURIComponent(icon))?.[1] ?? '0',
    headline: number(text(document.querySelector('h1')), /^(\d+) decisions? (?:is|are) waiting for you$/),
    requests: all('article[data-request]')
      .map((article) => article.getAttribute('aria-label') ?? '')
      .toSorted(),
    epics: epics.toSorted((a, b) => a.id.localeCompare(b.id)),
    counts: Object.fromEntries(counts.map(([state, found]) => [state, Number(found)])) as Record<string, number>,
    questions: number(text(document.querySelector('a[href$="#questions"]')), /^(\d+) waiting for you$/),
    tasks: states.toSorted(),
  };
}

/** What all pages show of the open requests, and each of these epics. */
export type Figures = ReturnType<typeof readFigures>;

const words = (state: string) => `${state.charAt(0)}${state.slice(1).toLowerCase().replaceAll('_', ' ')}`;
const openOf = (epic: EpicView) => epic.requests.filter(({ state }) => state === 'open');
const namesOf = (epics: readonly EpicView[]) =>
  epics.flatMap((epic) => openOf(epic).map(({ kind }) => `${titleOf({ kind })}: ${epic.input.title}`)).toSorted();
const statesOf = ({ tasks }: EpicView) => tasks.map(({ status }) => status?.state ?? 'PENDING');

const isOpen = ({ state }: EpicView) => !['COMPLETED', 'FAILED', 'CANCELLED'].includes(state);

function rowOf(epic: EpicView): ShownEpic {
  const states = statesOf(epic);
  const [done, failed] = ['COMPLETED', 'FAILED'].map((state) => states.filter((one) => one === state).length);
  const tasks = states.length === 1 ? '1 task' : `${states.length} tasks`;
  const none = isOpen(epic) ? 'not planned yet' : 'never planned';
  return {
    id: epic.epicId,
    state: `${words(epic.state)}${epic.paused ? ', paused' : ''}`,
    questions: openOf(epic).length,
    tasks: states.length === 0 ? none : `${done} of ${tasks} done${failed === 0 ? '' : `, ${failed} failed`}`,
  };
}

/** What Home, the list of epics and the page of one epic should show, counted here from what was recorded. */
export function figuresDue(epics: readonly EpicView[], one: EpicView): Record<'home' | 'epics' | 'epic', Figures> {
  const waiting = epics.flatMap(openOf).length;
  const none = { headline: 0, requests: [], epics: [], counts: {}, questions: 0, tasks: [] };
  const everywhere = { badge: waiting, title: waiting, icon: waiting > 9 ? '9+' : `${waiting}`, ...none };
  const rows = epics.map(rowOf);
  const counts: Record<string, number> = { All: epics.length };
  for (const { state } of epics) counts[words(state)] = (counts[words(state)] ?? 0) + 1;
  return {
    home: {
      ...{ ...everywhere, headline: waiting },
      ...{ requests: namesOf(epics), epics: epics.filter(isOpen).map(rowOf) },
    },
    epics: { ...everywhere, counts, epics: rows },
    epic: {
      ...{ ...everywhere, questions: openOf(one).length, requests: namesOf([one]) },
      tasks: statesOf(one).map(words).toSorted(),
    },
  };
}
