/** Gives the task a host, a worktree there and what the repository's set-up makes of it. */
import { patched } from '@temporalio/workflow';
import { allowedIn } from '../allowed-secrets.ts';
import type { Brief } from '../contract/brief.ts';
import { setUpOf } from '../contract/settings.ts';
import type { TaskState } from '../contract/states.ts';
import type { PreparedWorktree, PrepareWorktreeInput } from '../contract/worktree.ts';
import { failureMessage, failureType } from '../failure.ts';
import { claimHost, hasSignedOff, releaseHost } from '../host.ts';
import { type Task, where } from './context.ts';
import { dropReviewWorktree } from './detached-worktree.ts';
import {
  beginSetUp,
  countGone,
  endSetUp,
  handInTakenOver,
  clearPlacement as leave,
  losePlacement as leaveLost,
  setPlacement,
  setWorktree,
  takeOver,
} from './placement-state.ts';
import { noteLostHost } from './setback-state.ts';
import { type PlacementLoss, setOpening } from './state.ts';

/** Idempotent: a task that has a placement keeps it, and one whose preparation was interrupted prepares it again. */
export async function ensurePlacement(task: Task): Promise<void> {
  const { data, input } = task;
  while (data.placement === undefined || data.isUnprepared === true || data.setsUpAgain === true) {
    if (data.placement === undefined) {
      task.tell('ASSIGNED', 'looks for a host');
      const wish = { priority: input.priority ?? 0, hasTurn: task.turn.isTaken() };
      setPlacement(data, await task.runEnd.during(() => claimHost(task.workflowId, data.epoch, task.setHold, wish)));
    }
    try {
      if (data.isUnprepared === true) await prepare(task);
      // Not after it: another factory.yaml may be adopted meanwhile.
      beginSetUp(data);
      await setUp(task);
      endSetUp(data);
    } catch (error) {
      const loss = lossOf(task, error);
      if (loss === undefined) throw error;
      losePlacement(task, loss, failureMessage(error));
    }
  }
  async function prepare({ onHost }: Task): Promise<void> {
    const { epicId, settings, targetBranch } = input;
    const { repository } = settings;
    const placement = data.placement;
    if (placement === undefined) return;
    task.tell('ASSIGNED', `prepares a worktree on ${placement.host}`);
    const taskKey = input.task.key;
    if (placement.epoch > 1) {
      // It may be the host that was thought lost: its commands must not write into what is restored.
      await onHost((host) => host.endCommands('end what an earlier placement left', { epicId, taskKey }));
    }
    const made = await onHost((host) =>
      host.prepareWorktree(`worktree of ${taskKey}`, {
        ...{ epicId, taskKey, repository, targetBranch, placement },
        ...standing(task),
      }),
    );
    setWorktree(data, made);
    if (made.takenOver !== undefined) noteTakenOver(task, made.takenOver);
  }
}

async function setUp(task: Task): Promise<void> {
  const { policy } = task.input.settings;
  const command = setUpOf(policy);
  if (command === undefined) return;
  task.tell('ASSIGNED', 'runs the repository’s set-up');
  const { branch: _, ...at } = where(task);
  await task.onHost((host, begun) => host.runSetup(`set-up: ${command.run}`, { ...at, policy, ...begun }));
}

/** The base that its work is built on, and where the work stands on its target. */
function standing({ input, data, isSingle }: Task): Partial<PrepareWorktreeInput> {
  const { settings } = input;
  // In an epic of one task the target is the base, and a life that was placed has looked at it.
  const known = isSingle && data.worktree !== undefined ? data.baseSha : undefined;
  const sha = input.baseSha === undefined ? undefined : (known ?? input.baseSha);
  return {
    ...(sha === undefined ? {} : { base: { branch: settings.baseBranch, sha } }),
    ...(sha === undefined || data.baseSha === undefined ? {} : { from: data.baseSha }),
    ...(data.replaces === undefined ? {} : { replaces: data.replaces }),
    secretsAllowedIn: settings.policy.secretsAllowedIn,
    allowedSecrets: allowedIn({ input, data }),
  };
}

/** Its work lies on another base: a conflict is its Worker's, what was handed in is verified and reviewed again. */
function noteTakenOver(task: Task, { conflicts, replaces, sides }: NonNullable<PreparedWorktree['takenOver']>): void {
  const { data, input } = task;
  const { key } = input.task;
  takeOver(data, replaces);
  task.logLine({
    actor: 'factory',
    kind: 'decision',
    decision: `${key} is taken over onto the rewritten base`,
    reason: conflicts.map(({ path }) => path).join(', ') || 'no conflict',
  });
  if (conflicts.length > 0) {
    setOpening(data, {
      ...{ kind: 'conflict', files: conflicts.map(({ path }) => path), conflicts, isTakenOver: true },
      targetBranch: task.input.targetBranch,
      ...(sides === undefined ? {} : { sides }),
      ...wordsOf(data.opening),
    });
  } else if (input.former?.handedIn !== undefined) {
    handInTakenOver(data, input.former.handedIn);
  }
}

/** Words of a person, or of the Supervisor agent, that its Worker was not told yet. */
const wordsOf = (opening: Brief) =>
  opening.kind === 'feedback'
    ? { feedback: { by: opening.by, comment: opening.comment } }
    : opening.kind === 'guidance'
      ? { feedback: { by: 'the Supervisor', comment: opening.comment } }
      : {};

interface Waiting {
  readonly phase: string;
  /** What is waited for. */
  readonly reason: string;
  readonly state?: TaskState;
}

/** While a person decides, which may take months, the slot and the turn go back; the task's own worktree stays. */
export async function waitAway(task: Task, { phase, reason, state = 'REVIEW' }: Waiting): Promise<void> {
  // First, since a busy host is told as what the task waits for.
  await dropReviewWorktree(task);
  task.tell(state, phase, { kind: 'person', reason });
  await task.turn.leave();
  await releaseHost(task.workflowId);
  leave(task.data);
}

/**
 * Whether a failure means that the task needs another placement. A worktree that goes again and again has a cause that only
 * a person can find; the task fails then.
 */
export function lossOf(task: Task, error: unknown): PlacementLoss | undefined {
  const type = failureType(error) ?? '';
  if (isPlacementLost(error)) return isLostAgain(task, error) ? undefined : 'host-lost';
  if (type !== 'WorktreeGone') return undefined;
  return countGone(task.data) > task.input.settings.limits.attempts ? undefined : 'worktree-gone';
}

/** Work that loses each host before it gets on most likely brings it down; without a Supervisor agent it goes on. */
function isLostAgain({ data, input }: Task, error: unknown): boolean {
  if (failureType(error) !== 'HostLost') return false;
  const { supervisor } = input.settings;
  // A rolling restart has many hosts sign off.
  if (supervisor !== undefined && hasSignedOff(error) && patched('signed-off')) return false;
  return noteLostHost(data) >= MOST_LOST && supervisor !== undefined;
}

const MOST_LOST = 2;

/** The host is gone, or its pushes are fenced off by a newer epoch. */
export const isPlacementLost = (error: unknown): boolean => PLACE_LOST.has(failureType(error) ?? '');

const PLACE_LOST: ReadonlySet<string> = new Set(['HostLost', 'PushRejected']);

/** The next `ensurePlacement` claims another host, with a higher epoch. */
export function losePlacement(task: Task, loss: PlacementLoss, reason: string): void {
  const { data } = task;
  if (data.placement === undefined) return;
  task.logLine({
    actor: 'factory',
    kind: 'decision',
    decision: `${task.input.task.key} leaves host ${data.placement.host}`,
    reason,
  });
  // Tasks from before this pin asked the questions again.
  const keepsAnswers = data.parkedAgent?.carry.answered !== undefined && patched('answers-kept');
  leaveLost(data, { loss, keepsAnswers });
}
