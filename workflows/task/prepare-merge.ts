/** Makes a task's pull request ready to be merged, and merges it. */
import { condition } from '@temporalio/workflow';
import { type Behind, bringBase, type MergeJob, type Obstacle, type ReadyPullRequest } from '../approve-and-merge.ts';
import type { Change, Findings } from '../contract/change.ts';
import { type Granted, withoutTurn } from '../line/turn.ts';
import type { ChecksObstacle } from '../pull-request/checks.ts';
import { mergeReady } from '../pull-request/merge.ts';
import { ask, settled } from './ask.ts';
import { newsThatCounts } from './by-hand.ts';
import { findChecksObstacle } from './checks.ts';
import { type Task, where } from './context.ts';
import { isUnderPolicy } from './follow-policy.ts';
import { notePushedMerge } from './hand-in-state.ts';
import { ensurePlacement, waitAway } from './placement.ts';
import { setBase } from './placement-state.ts';
import { secretFound } from './secrets.ts';
import { unallowed } from './state.ts';
import { push } from './submit.ts';
import { isFollowedBy, verifyInTurn } from './verify-together.ts';

/** The push of what the merge made waits for a person. */
export interface Touched {
  readonly kind: 'protected';
  readonly headSha: string;
  readonly findings: Findings;
}

type Blocker = Obstacle | Touched | ChecksObstacle;

/** How a task's pull request comes into its target, whoever approves it. */
export const mergeSteps = (
  task: Task,
  change: Change,
): Omit<MergeJob<Blocker>, 'approvalNeeded' | 'ask' | 'memory'> => ({
  turn: {
    ...task.turn,
    async take(isBehind) {
      task.tell('REVIEW', 'waits for its turn to merge', { kind: 'lane', reason: 'others merge first' });
      const may = await task.turn.take(isBehind);
      task.tell('REVIEW', `merges into ${task.input.targetBranch}`);
      return may;
    },
  },
  runEnd: task.runEnd,
  prepare: (may) => prepare(task, change, may),
  check: (ready) => findChecksObstacle(task, ready),
  stands: async ({ followedBy, policyHash }) =>
    policyHash === task.input.settings.policyHash && (followedBy === undefined || isFollowedBy(task, followedBy)),
  isPaused: () => task.paused && !task.runEnd.isEnding(),
  pausePoint: task.pausePoint,
  merge: (ready) => mergePullRequest(task, ready),
  say: task.logFailure,
});

/** The target in the task's branch, verified as a whole and pushed. */
async function prepare(
  task: Task,
  change: Change,
  may: Granted,
): Promise<ReadyPullRequest | Obstacle | Touched | Behind> {
  const { input, data } = task;
  await task.pausePoint();
  await ensurePlacement(task);
  const known = input.baseSha === undefined ? undefined : data.baseSha;
  if (task.isSingle) await bringBase(input.settings, known, (question) => askAboutBase(task, question));
  // Not before: whoever waits in between takes the turn again, and may settle what it might not then, or the reverse.
  const { settles } = may;
  const { policy, policyHash } = input.settings;
  const isUnder = isUnderPolicy(input.settings, change);
  const seen = isUnder ? data.pullRequest?.headSha : undefined;
  const merged = await task.onHost((host) =>
    host.mergeTarget(`merge ${input.targetBranch} into ${data.branch}`, {
      ...where(task),
      targetBranch: input.targetBranch,
      ...(settles ? {} : { leavesConflict: true }),
      protection: { protected: policy.protected, protectedPaths: policy.protectedPaths, seen },
      message: `Merge ${input.targetBranch} into ${input.task.key}`,
    }),
  );
  if (merged.kind === 'conflict') return settles ? merged : { kind: 'behind' };
  // From here on the task's own work is what it has beyond this, unless that does not reach its branch.
  const before = data.baseSha;
  setBase(data, merged.targetSha);
  const isVerified = isUnder && merged.treeSha === change.treeSha;
  const { red, followedBy } = isVerified ? { red: [] } : await verifyInTurn(task, merged, may);
  if (red.length > 0) return { kind: 'red', commitSha: merged.headSha, red };
  // Another factory.yaml was adopted meanwhile, which may protect other paths.
  if (input.settings.policyHash !== policyHash) {
    if (before !== undefined) setBase(data, before);
    return prepare(task, change, may);
  }
  const findings = unallowed(data, merged.protected);
  if (findings !== undefined) return { kind: 'protected', headSha: merged.headSha, findings };
  const isNew = merged.headSha !== data.pullRequest?.headSha;
  if (isNew) {
    // A merge that nobody's hand was in brings nothing that was not looked at before.
    const [secret] = await push(task, merged.headSha).catch((error: unknown) => {
      if (before !== undefined) setBase(data, before);
      throw error;
    });
    if (secret !== undefined) throw secretFound(secret, 'came with a merge');
    // By itself it is verified only if it was not with others.
    const treeSha = followedBy === undefined ? merged.treeSha : undefined;
    notePushedMerge(data, { headSha: merged.headSha, treeSha });
  }
  const { headSha, treeSha, targetSha, diffHash } = merged;
  return { kind: 'ready', headSha, treeSha, targetSha, diffHash, followedBy, policyHash };
}

/** Merges it unless something is new of it; what is merged meanwhile by hand counts as merged. */
async function mergePullRequest(task: Task, ready: ReadyPullRequest) {
  const { task: planned, targetBranch: base, settings, baseSha: sha } = task.input;
  const standsOn = task.isSingle || sha === undefined ? {} : { standsOn: { branch: settings.baseBranch, sha } };
  const { watch } = task;
  const standBackNow = () => standBack(task);
  return mergeReady(task, {
    ...{ settings, watch, title: planned.title, base, ready, turn: task.turn },
    standBack: standBackNow,
    mayMerge: () => !task.paused && ready.policyHash === settings.policyHash,
    ...standsOn,
  });
}

/** New activity on the pull request cancels this attempt; wait for the cancellation. */
async function standBack(task: Task): Promise<void> {
  if (newsThatCounts(task) !== undefined) await condition(() => false);
}

async function askAboutBase(task: Task, question: string): Promise<void> {
  const asking = () => ({ kind: 'conflict' as const, question, options: ['retry', 'cancel'] });
  await withoutTurn(task.turn, async () => {
    await waitAway(task, { phase: 'the base branch conflicts', reason: question });
    await ask(task, { kind: 'base' }, asking);
    settled(task);
    // Before the turn: all slots may be held by tasks that wait for it.
    await ensurePlacement(task);
  });
}
