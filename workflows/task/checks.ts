/** The forge's checks of a task's pull request, which its merge waits for. */
import { isCancellation } from '@temporalio/workflow';
import type { ReadyPullRequest } from '../approve-and-merge.ts';
import { offering } from '../policy-offer.ts';
import { answerOrClear, awaitChecks, type ChecksJob, type ChecksObstacle } from '../pull-request/checks.ts';
import { requirePullRequest, settleHeld } from '../pull-request/state.ts';
import { type Asking, ask, settled, sharedName, withdraw } from './ask.ts';
import type { Task } from './context.ts';
import { noteRedHead } from './findings-state.ts';
import { ensurePlacement, waitAway } from './placement.ts';
import { sendBack } from './send-back.ts';
import { markSubmission } from './state.ts';

/** What keeps this head from being merged; undefined when nothing does. */
export async function findChecksObstacle(
  task: Task,
  { headSha }: ReadyPullRequest,
): Promise<ChecksObstacle | undefined> {
  const { data } = task;
  const verdict = await awaitChecks(jobOf(task, headSha));
  if (verdict.kind === 'clear') return undefined;
  if (verdict.kind === 'checks-red' && data.redHeads.includes(headSha)) {
    const names = verdict.failed.map(({ name }) => name).join(', ');
    return {
      kind: 'checks-held',
      reason: `its Worker found nothing to change, and these checks are still red: ${names}`,
      headSha,
    };
  }
  return { ...verdict, headSha };
}

const jobOf = (task: Task, headSha: string): ChecksJob => ({
  ...{ settings: task.input.settings, memory: task.data.memory, watch: task.watch, headSha },
  runEnd: task.runEnd,
  number: requirePullRequest(task.data).number,
  base: task.input.targetBranch,
  tell: (names) => task.tell('REVIEW', 'waits for checks', { kind: 'checks', reason: names.join(', ') }),
});

/** True when it may go on; red checks go back to the Worker, once for each commit. */
export async function settleChecks(task: Task, obstacle: ChecksObstacle): Promise<boolean> {
  const { data } = task;
  const { headSha } = obstacle;
  if (obstacle.kind === 'checks-held') {
    if (obstacle.neverBegan === undefined) return askAboutChecks(task, headSha, obstacle.reason);
    return askAboutMissing(task, { headSha, reason: obstacle.reason, names: obstacle.neverBegan });
  }
  markSubmission(data, 'red');
  noteRedHead(data, headSha);
  sendBack(task, { setback: 'checks', opening: { kind: 'checks', commitSha: headSha, failed: obstacle.failed } });
  return false;
}

/** Nobody's turn is held meanwhile: the lane was given back, and so is the host. */
async function askAboutChecks(task: Task, headSha: string, reason: string): Promise<boolean> {
  const { data, input } = task;
  const { number, title } = requirePullRequest(data);
  await waitHeldUp(task, reason);
  const asking = await offering(input.settings, {
    kind: 'question' as const,
    question: `The CI checks of pull request #${number} “${title}” at ${headSha.slice(0, 12)} hold up its merge: ${reason}. Choose: retry (reads the checks again), merge (merges this commit in spite of them) or cancel (ends the epic).`,
    options: ['retry', 'merge', 'cancel'],
  });
  await awaitWaiver(task, headSha, () => asking);
  return true;
}

/** The decision log says why its merge waits, and its host is given back. */
async function waitHeldUp(task: Task, reason: string): Promise<void> {
  task.logLine({
    actor: 'factory',
    kind: 'decision',
    decision: `${task.input.task.key}: the checks hold its merge`,
    reason,
  });
  await waitAway(task, { phase: 'its CI checks hold up its merge', reason });
}

interface Missing {
  readonly headSha: string;
  readonly reason: string;
  /** Checks that never began. */
  readonly names: readonly string[];
}

/** One question for all tasks of the epic whose pull requests lack the same. */
async function askAboutMissing(task: Task, { headSha, reason, names }: Missing): Promise<boolean> {
  const { input } = task;
  const shared = { name: sharedName('checks-missing', names), since: new Date().toISOString() };
  await waitHeldUp(task, reason);
  const asking = await offering(input.settings, {
    kind: 'question' as const,
    question: `Required CI checks hold up the merges of this epic: ${reason}. Choose: retry (reads the checks again), merge (merges the tasks’ pull requests without these checks) or cancel (ends the epic).`,
    options: ['retry', 'merge', 'cancel'],
    shared,
  });
  await awaitWaiver(task, headSha, () => asking);
  return true;
}

/** Waits until a person has said how it goes on, or the checks are clear. */
export async function awaitWaiver(task: Task, headSha: string, asking: () => Asking): Promise<void> {
  const { data } = task;
  const job = jobOf(task, headSha);
  const answer = await answerOrClear(job, () => ask(task, { kind: 'checks', headSha }, asking)).catch(
    async (error: unknown) => {
      // The checks cannot be read: what is asked next takes the place of this.
      if (!isCancellation(error)) await withdraw(task);
      throw error;
    },
  );
  if (answer === undefined) await withdraw(task);
  else settleHeld(data.memory, { headSha, isWaived: answer.decision === 'merge', nowMs: Date.now() });
  settled(task);
  await ensurePlacement(task);
}
