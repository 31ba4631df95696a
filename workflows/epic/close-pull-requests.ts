/** Pull requests that nobody is going to merge: a cancelled epic's own, and those of tasks that failed and were left out. */
import { isCancellation } from '@temporalio/workflow';
import { brieflyFactory } from '../activities.ts';
import { failureMessage } from '../failure.ts';
import { closePullRequest } from '../pull-request/close.ts';
import { setPullRequest } from '../pull-request/state.ts';
import type { LogLine } from '../status.ts';
import { type EpicData, requireSettings, type TaskEntry } from './state.ts';

/** What is needed of the epic, which closes them as it ends. */
interface Owner {
  readonly epicId: string;
  readonly data: EpicData;
  logLine(line: LogLine): void;
  readonly logFailure: (what: string, reason: string) => void;
}

/** Of an epic that was cancelled. A task that was cancelled in its first life has closed its own. */
export async function closeAll(epic: Owner): Promise<void> {
  const { data } = epic;
  if (data.settings === undefined) return;
  if (data.pullRequest !== undefined) {
    const comment = `The epic “${data.input.title}” was cancelled, so this is not going to be merged.`;
    setPullRequest(data, await closePullRequest(data.pullRequest, job(epic, comment)));
  }
  // An earlier life may have left one that no workflow owns now.
  const words = (taskKey: string) => `The epic of task ${taskKey} was cancelled, so this is not going to be merged.`;
  await closeOf(epic, isLeftOver, words);
}

/** Of tasks that a person decided to go on without. */
export const closeSkipped = (epic: Owner): Promise<void> =>
  closeOf(
    epic,
    ({ skipped }) => skipped,
    (taskKey) => `The epic goes on without task ${taskKey}, so this is not going to be merged.`,
  );

async function closeOf(
  epic: Owner,
  isMeant: (entry: TaskEntry) => boolean,
  words: (taskKey: string) => string,
): Promise<void> {
  const { epicId, data } = epic;
  const { repository } = requireSettings(data);
  for (const { task } of data.tasks.filter((entry) => hasEverBegun(entry) && isMeant(entry))) {
    const { key: taskKey } = task;
    try {
      const found = await brieflyFactory.findPullRequest(`pull request of ${taskKey}`, { repository, epicId, taskKey });
      if (found !== null) await closePullRequest(found, job(epic, words(taskKey)));
    } catch (error) {
      if (isCancellation(error)) throw error;
      epic.logLine({
        actor: 'factory',
        kind: 'failure',
        decision: `the pull request of ${taskKey} may stay open`,
        reason: failureMessage(error),
        taskKey,
      });
    }
  }
}

/** In this life or an earlier one. */
const hasEverBegun = ({ life, hasBegun }: TaskEntry): boolean => hasBegun || life > 1;

const isLeftOver = ({ state, failure, skipped, life }: TaskEntry): boolean =>
  state !== 'COMPLETED' && (failure !== undefined || skipped || life > 1);

const job = (epic: Owner, comment: string) => ({
  repository: requireSettings(epic.data).repository,
  comment,
  say: epic.logFailure,
});
