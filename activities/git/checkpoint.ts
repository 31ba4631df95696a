/** Checkpoints: the files as they were after a turn, on the task's chain. */
import { ApplicationFailure } from '@temporalio/common';
import type { Placement } from '../../workflows/contract/task.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { type Chain, keepCheckpoint, makeCheckpoint, pushChain, readChain, refuseReplaced } from './chain.ts';
import type { GitHost } from './repository.ts';
import { takeSnapshot } from './snapshot.ts';
import { headOf, openWorktree, updateState } from './worktree-state.ts';

export interface CheckpointActivityInput {
  readonly epicId: string;
  readonly taskKey: string;
  readonly repository: string;
  readonly placement: Placement;
  readonly worktree: string;
  readonly agentId: string;
  readonly turn: number;
}

export interface CheckpointResult {
  /** Null when the turn changed no file. */
  readonly sha: string | null;
  /** False when the forge did not answer; the next push brings it along. */
  readonly pushed: boolean;
  /** Nested repositories, files over 50 MB and ignored files, which a lost host takes with it. */
  readonly leftOut: string[];
}

/** Notes where the files of a turn are, for people who want to go back there. */
export type NoteCheckpoint = (note: { transcript: string; turn: number; checkpoint: string }) => Promise<void>;

export function createCheckpointActivities({ host, note }: { host: GitHost; note: NoteCheckpoint }) {
  return {
    /**
     * Puts the worktree's files on the task's chain and pushes it; branch and index stay as they are. The transcript
     * notes it as a turn that the task can be taken back to, unless the files were in the middle of a merge.
     * Idempotent: the same files are no new checkpoint, and one that was not pushed yet is pushed.
     * Fails: PushRejected, WorktreeUnusable (final); DiskFull, GitFailed (retried).
     * Runs on: host-<name>.
     */
    checkpoint: (input: CheckpointActivityInput): Promise<CheckpointResult> =>
      withHeartbeat(async (signal) => {
        const { isMerging, ...taken } = await takeCheckpoint(host, input, signal);
        const { agentId: transcript, turn } = input;
        if (taken.sha !== null && !isMerging) await note({ transcript, turn, checkpoint: taken.sha });
        return taken;
      }),
  };
}

async function takeCheckpoint(
  host: GitHost,
  input: CheckpointActivityInput,
  signal: AbortSignal,
): Promise<CheckpointResult & { isMerging: boolean }> {
  const { epicId, taskKey, placement } = input;
  const chain: Chain = { epicId, taskKey, epoch: placement.epoch, author: host.author };
  const turn = `${input.agentId} ${input.turn}`;
  const worktree = await updateState(await openWorktree(host, input, signal), { verifying: undefined });
  const { bare } = worktree;
  const [{ tree, leftOut }, state, { sha: head }] = await Promise.all([
    takeSnapshot(worktree),
    readChain(bare, chain),
    headOf(worktree),
  ]);
  refuseReplaced(chain, state);
  const { local, pushed } = state;
  const why = `turn ${input.turn} of ${input.agentId}`;
  const isNew = local?.tree !== tree;
  const end = isNew ? await makeCheckpoint(bare, chain, { tree, head, after: local?.sha, why, turn }) : local.sha;
  const sha = isNew || local.turn === turn ? end : null;
  const taken = { sha, leftOut, isMerging: worktree.state.conflict !== undefined };
  // What the branch was cut from is on the forge, on no chain.
  if (end === pushed || (!isNew && local.epoch === 0)) return { ...taken, pushed: true };
  try {
    await pushChain(bare, chain, { sha: end, expected: pushed });
    return { ...taken, pushed: true };
  } catch (error) {
    // A forge that is away must not stop the agent; one that refuses must.
    if (!(error instanceof ApplicationFailure) || error.nonRetryable) throw error;
    await keepCheckpoint(bare, chain, end);
    return { ...taken, pushed: false };
  }
}
