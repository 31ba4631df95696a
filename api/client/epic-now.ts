/** An epic as it stands at this moment, where what it recorded says too little or too much. Pure. */
import { FINAL_STATES } from '../../workflows/contract/state-names.ts';
import type { Answer } from './index.ts';

type Epic = Answer<'Epic'>;

/** Every epic asks for admission and every merge for its turn; who is alone has either within a second or two. */
const SHOWN_AFTER_MS = 3_000;
const LINES: ReadonlySet<string> = new Set(['admission', 'lane']);

/** An epic, task or agent in this state has ended. */
export const isFinal = (state: string): boolean => FINAL_STATES.has(state);

/** The epic goes on without this task, as its phase says. About one that is only cancelled somebody still has to decide. */
export const isSkipped = ({ state, phase }: { readonly state: string; readonly phase: string }): boolean =>
  state === 'CANCELLED' && phase.startsWith('skipped by ');

/** It stands in a line since a moment ago, perhaps with nobody before it. */
export function isNewInLine({ hold }: Pick<Epic, 'hold'>, now: number): boolean {
  if (hold === null || !LINES.has(hold.kind)) return false;
  const age = now - Date.parse(hold.since);
  // Another machine's clock may be ahead.
  return age >= 0 && age < SHOWN_AFTER_MS;
}

/** Nothing of it runs, so that all that will be new is told by an event. */
export function isAtRest(epic: Epic, now: number): boolean {
  const waits = (part: Pick<Epic, 'hold'>): boolean => part.hold !== null && !isNewInLine(part, now);
  const open = epic.tasks.filter(({ state }) => !isFinal(state));
  const isTold = [epic.progress, epic.retries, epic.unapplied].every((steps) => steps.length === 0);
  return (
    isTold &&
    epic.unread === 0 &&
    // Its end is told by no event.
    epic.factoryPause === null &&
    open.every((task) => task.state === 'PENDING' || waits(task)) &&
    [epic, ...open].some(waits)
  );
}

/** As the step reports it (activities/change/read-test-runs.ts). */
const COMPARES = /to compare its tests$/;

/** The epic without lines that it only passes through, and with each task at what runs for it. */
export function epicNow(epic: Epic, now: number): Epic {
  const compared = epic.progress.filter(({ progress }) => COMPARES.test(progress)).map(({ taskKey }) => taskKey);
  const tasks = epic.tasks.map((task) => {
    const { key, phase } = task;
    // The verification's phase is still there while the base is verified, of which there is progress.
    const isStale = compared.includes(key) && phase.startsWith('verifies ');
    return withoutNewLine(isStale ? { ...task, phase: 'compares its tests with those of the base' } : task, now);
  });
  return { ...withoutNewLine(epic, now), tasks };
}

const withoutNewLine = <Part extends Pick<Epic, 'hold'>>(part: Part, now: number): Part =>
  isNewInLine(part, now) ? { ...part, hold: null } : part;
