/** What can become of a task of an epic, as the epic sees it. Pure; a change that its state rules out is a mistake of ours. */
import type { Failure } from '../contract/records.ts';
import type { Hold, TaskState } from '../contract/states.ts';
import type { Settlement } from '../contract/supervisor.ts';
import type { FormerLife, Rewind, TaskResult } from '../contract/task.ts';
import { type Change, change } from '../read-only-state.ts';
import type { TaskData } from '../task/state.ts';
import { wantRewind } from '../task/status-state.ts';
import type { EntryFields, TaskEntry } from './state.ts';

const WAITING: readonly TaskState[] = ['PENDING', 'BLOCKED'];
const RUNNING: readonly TaskState[] = ['ASSIGNED'];
/** All but COMPLETED: what is merged stays merged. */
const UNMERGED: readonly TaskState[] = [...WAITING, ...RUNNING, 'FAILED', 'CANCELLED'];

const MOST_OF_REASON = 500;

/** Its life is over, so it is neither stopped nor parked in it any more. */
const ENDED: Change<EntryFields> = { isStopped: undefined, parked: undefined };

function from(entry: TaskEntry, states: readonly TaskState[], fields: Change<EntryFields>): void {
  if (!states.includes(entry.state)) {
    throw new Error(`Task ${entry.task.key} is ${entry.state}, so it cannot change to ${JSON.stringify(fields)}`);
  }
  change<EntryFields>(entry, fields);
}

/** Why it does not start; with `isStuck` it never can. The hold of before stays when its reason is the same. */
export function holdBack(entry: TaskEntry, isStuck: boolean, hold: Hold | undefined): void {
  const isNew = hold !== undefined && entry.hold?.reason !== hold.reason;
  from(entry, WAITING, { state: isStuck ? 'BLOCKED' : 'PENDING', ...(isNew ? { hold, phase: 'not started' } : {}) });
}

/** Its next life begins. */
export const launch = (entry: TaskEntry): void =>
  from(entry, WAITING, { state: 'ASSIGNED', phase: 'starts', hasBegun: true, hold: undefined });

/** The commit of the base that its present life begins with; one that was parked began before. */
export function setLifeBase(entry: TaskEntry, baseSha: string | undefined): void {
  if (entry.parked === undefined && baseSha !== undefined) from(entry, RUNNING, { baseSha });
}

/** It closed so that the epic's run can end; the next run starts it with this. */
export const park = (entry: TaskEntry, parked: TaskData): void => from(entry, RUNNING, { parked });
export const unpark = (entry: TaskEntry): void => change<EntryFields>(entry, { parked: undefined });

/** One that is parked is cancelled as its next run begins. */
export const askToCancel = (entry: TaskEntry): void => from(entry, RUNNING, { isCancelling: true });

/** True when a person asked to cancel it, which is taken by asking. */
export function takeCancellation(entry: TaskEntry): boolean {
  const { isCancelling = false } = entry;
  change<EntryFields>(entry, { isCancelling: undefined });
  return isCancelling;
}

export function complete(entry: TaskEntry, result: TaskResult): void {
  if ('nothingToDo' in result) {
    const phase = `nothing to do: ${result.nothingToDo.slice(0, MOST_OF_REASON)}`;
    from(entry, RUNNING, { ...ENDED, state: 'COMPLETED', phase, unchecked: result.unchecked, former: undefined });
    return;
  }
  const { mergedSha, isOther, summary = entry.summary, ignoredFiles, left = entry.left, unchecked } = result;
  const merged = { phase: 'merged', mergedSha, isOther, summary, ignoredFiles, left, unchecked };
  from(entry, RUNNING, { ...merged, ...ENDED, state: 'COMPLETED', former: undefined });
}

/** What its last life leaves to the next one. */
export function leave(entry: TaskEntry, former: FormerLife | undefined): void {
  if (former !== undefined) change<EntryFields>(entry, { former });
}

interface Stop {
  /** A turn that it was to go back to and did not reach, which is left for its next life. */
  readonly rewind: Rewind | undefined;
  readonly failure?: Failure;
}

/** The base was rewritten, which ended it. */
export const stop = (entry: TaskEntry, { rewind, failure }: Stop): void =>
  from(entry, RUNNING, { isStopped: true, rewind, failure });

/** Why its work did not end well. A rewritten base is no failure of a task that a person cancelled afterwards. */
export const failureOf = ({ state, failure }: TaskEntry): Failure | undefined =>
  state === 'CANCELLED' && failure?.type === 'BaseRewritten' ? undefined : failure;

export const holdStopped = (entry: TaskEntry, hold: Hold): void => from(entry, RUNNING, { phase: hold.reason, hold });

/** It failed, and the supervisor is asked what becomes of it. */
export const escalateFailure = (
  entry: TaskEntry,
  escalation: NonNullable<TaskEntry['escalation']>,
  failure: Failure,
): void => from(entry, RUNNING, { failure, phase: 'failed; the supervisor looks at it', escalation });

/** An answer that nobody waits for changes nothing. */
export function noteSettlement(tasks: readonly TaskEntry[], settlement: Settlement): void {
  const { escalationId: id } = settlement;
  const entry = tasks.find(({ escalation }) => escalation?.id === id);
  if (entry !== undefined) change<EntryFields>(entry, { escalation: { ...entry.escalation, id, settlement } });
}

/** A person must look, for this reason if the supervisor gave one, and with its advice if it has any. */
export const fail = (entry: TaskEntry, reason?: string, advice?: string): void =>
  from(entry, RUNNING, { ...ENDED, state: 'FAILED', advice, ...(reason === undefined ? {} : { phase: reason }) });

/** One that is parked stays so: it is started once more, so that its workflow closes as every other does. */
export function cancel(entry: TaskEntry, by?: string): void {
  const phase = by === undefined ? 'cancelled' : `cancelled by ${by}`;
  from(entry, UNMERGED, { state: 'CANCELLED', phase, isStopped: undefined });
}

/** Nothing of its life is open any more. */
export const endLife = (entry: TaskEntry): void =>
  change<EntryFields>(entry, { isCancelling: undefined, escalation: undefined, triage: undefined });

/** What was decided about it before has lost its point. */
const UNDECIDED: Change<EntryFields> = {
  ...{ failure: undefined, feedback: undefined, hold: undefined, rewind: undefined },
  ...{ guidance: undefined, advice: undefined },
};

/** The epic goes on without it. */
export const skip = (entry: TaskEntry, by = 'a person'): void =>
  from(entry, UNMERGED, {
    ...ENDED,
    ...UNDECIDED,
    state: 'CANCELLED',
    phase: `skipped by ${by}`,
    skipped: true,
  });

interface Retry {
  /** A person's words to its Worker. */
  readonly feedback?: string | undefined;
  /** Advice of the Supervisor agent to its Worker. */
  readonly guidance?: string;
  /** Where its next life begins. */
  readonly rewind?: Rewind | undefined;
  /** How many retries of the supervisor's this makes in a row; 0 when a person decided. */
  readonly retries?: number;
}

/** It waits for another life, on the same pull request. */
export const retry = (entry: TaskEntry, { feedback, guidance, rewind, retries = 0 }: Retry): void =>
  from(entry, UNMERGED, {
    ...ENDED,
    ...UNDECIDED,
    state: 'PENDING',
    phase: 'starts again',
    skipped: false,
    life: entry.life + 1,
    hasBegun: false,
    feedback,
    guidance,
    guided: guidance === undefined ? entry.guided : (entry.guided ?? 0) + 1,
    rewind,
    retries,
  });

/** Where a person wants it to go back to, while it is stopped or parked. */
export function rewindLater(entry: TaskEntry, rewind: Rewind): void {
  if (entry.parked === undefined) from(entry, RUNNING, { rewind });
  else wantRewind(entry.parked, rewind);
}

/** The turn that a person has asked for since the start of a parked task with `rewind` began. */
export const rewoundSince = ({ parked }: TaskEntry, rewind: Rewind | undefined): Rewind | undefined =>
  parked?.rewind === rewind ? undefined : parked?.rewind;

/** What people said on its pull request is taken up, which its next life must know. */
export const noteHeard = (entry: TaskEntry, ids: readonly string[]): void =>
  change<EntryFields>(entry, { heard: [...new Set([...(entry.heard ?? []), ...ids])] });

/** Its epic ends before it has. */
export function endWithEpic(entry: TaskEntry, final: string): void {
  if (![...WAITING, ...RUNNING].includes(entry.state)) return;
  const phase = `the epic is ${final.toLowerCase()}`;
  change<EntryFields>(entry, { ...ENDED, state: 'CANCELLED', phase, hold: undefined });
}
