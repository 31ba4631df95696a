/** A task's Workers: which attempt is under way, how far it came, and what it handed over. Pure. */
import { defined } from '../contract/optional-fields.ts';
import { type Change, change } from '../read-only-state.ts';
import { freshCounts, setOpening, type TaskData, type TaskFields, type WorkerRef } from './state.ts';

const update = (data: TaskData, fields: Change<TaskFields>): void => change<TaskFields>(data, fields);

/** The attempt that is under way, as far as is known before its transcript is opened. */
export const setAttempt = (data: TaskData, attempt: number): void => update(data, { attempt });

/** Its transcript is open, which is the first of this Worker's unless it goes on. */
export function openWorker(data: TaskData, worker: WorkerRef): void {
  if (data.worker === undefined) update(data, { transcripts: data.transcripts + 1 });
  setWorker(data, worker);
}

/** The highest number that an attempt has had grows with it. */
export const setWorker = (data: TaskData, worker: WorkerRef): void =>
  update(data, { worker, attempts: Math.max(data.attempts, worker.attempt) });

/** How far the Worker came, by its transcript. */
export function updateWorker(data: TaskData, known: Partial<WorkerRef>): void {
  if (data.worker !== undefined) update(data, { worker: { ...data.worker, ...known } });
}

/** The next round is another Worker's, on a transcript of its own. */
export function replaceWorker(data: TaskData, opening: TaskData['opening']): void {
  update(data, { worker: undefined });
  setOpening(data, opening);
}

/** An attempt ended in a final failure. Returns how many have, in this run of the task. */
export function countFailedAttempt(data: TaskData): number {
  const failedAttempts = data.failedAttempts + 1;
  update(data, { failedAttempts });
  return failedAttempts;
}

/** A commit is asked for, which another one is to be approved after. Returns its number. */
export function beginCommit(data: TaskData): number {
  const commits = data.commits + 1;
  update(data, { commits, approved: undefined });
  return commits;
}

/** The Worker's work is committed, and with it the merge of the target that was met. */
export function noteCommitted(
  data: TaskData,
  { summary, mergedSha = data.mergeParent }: { readonly summary: string; readonly mergedSha?: string | undefined },
): void {
  update(data, { summary, mergeParent: undefined, ...defined({ baseSha: mergedSha }) });
}

/** A person looked, or took the task back: setbacks count from one again. */
export const countAfresh = (data: TaskData): void => update(data, freshCounts());
