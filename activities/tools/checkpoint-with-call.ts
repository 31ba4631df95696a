/** The checkpoint of a turn, taken with the call that is the last to change files: one step less for each such turn. */
import { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { countEntries } from '../../clients/git/index-file.ts';
import { clonePath } from '../../clients/git/names.ts';
import type { CheckpointResult } from '../../workflows/contract/worktree.ts';
import { withHeartbeat } from '../heartbeat.ts';
import type { CheckpointActivityInput } from '../worktree/checkpoint.ts';
import { worktreeAt } from '../worktree/worktree-state.ts';
import type { HostFolder, HostToolInput, HostToolResult } from './host-tool.ts';

type HostTool = (call: HostToolInput) => Promise<HostToolResult>;

export interface CheckpointWithCallDependencies {
  readonly host: HostFolder;
  readonly checkpoint: (input: CheckpointActivityInput, signal: AbortSignal) => Promise<CheckpointResult>;
  /** A checkpoint would have to travel, so that the model should rather think meanwhile. */
  readonly isForgeRemote: boolean;
  /** Whether the turn is the transcript's newest: its model waits for this call then. */
  readonly isNewest: (turn: { readonly transcript: string; readonly turn: number }) => Promise<boolean>;
  /** After how many milliseconds it is given up: large files take long. */
  readonly mostMs?: number;
}

/**
 * Beyond that the model should rather think meanwhile. On two cores a checkpoint of one changed file took 41 ms with 10
 * files, 77 ms with 5,000, 144 ms with 20,000 and 297 ms with 50,000.
 */
const MOST_FILES = 5_000;
const MOST_MS = 15_000;

/**
 * The tool, which also takes the turn's checkpoint when its input asks for that and it is brief. One that fails, takes
 * long or is interrupted takes nothing from the call: the result is without it, and the workflow has the activity of its own take it,
 * where its failures are seen to. So it is with an attempt that follows another, since it may be the checkpoint that ends
 * the process, and with one that slept until its agent went on. Idempotent, as the tool and the checkpoint are.
 */
export const withCheckpoint =
  (
    tool: HostTool,
    { host, checkpoint, isForgeRemote, isNewest, mostMs = MOST_MS }: CheckpointWithCallDependencies,
  ): HostTool =>
  async (call) => {
    const result = await tool(call);
    const { taskKey, checkpoint: exceptions } = call;
    if (exceptions === undefined || taskKey === undefined || isForgeRemote) return result;
    if (Context.current().info.attempt > 1) return result;
    const { agentId, turn, epicId, repository, placement, worktree } = call;
    try {
      if (!(await isSmall(host, call)) || !(await isNewest({ transcript: agentId, turn }))) return result;
      const of = { agentId, turn, epicId, taskKey, repository, placement, worktree };
      const taken = await withHeartbeat((signal) =>
        checkpoint({ ...of, ...exceptions }, AbortSignal.any([signal, AbortSignal.timeout(mostMs)])),
      );
      return { ...result, checkpoint: taken };
    } catch (error) {
      if (!(error instanceof CancelledFailure)) {
        Context.current().log.warn(`No checkpoint with turn ${call.turn} of ${call.agentId}: it is tried alone`, {
          error,
        });
      }
      return result;
    }
  };

async function isSmall(
  { stateDir, host }: HostFolder,
  { repository, epicId, worktree }: HostToolInput,
): Promise<boolean> {
  const { snapshots } = worktreeAt({ gitDir: clonePath(stateDir, host, repository) }, epicId, worktree);
  return (await countEntries(snapshots)) <= MOST_FILES;
}
