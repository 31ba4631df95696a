/** Checkpoints: the files as they were after a turn, on the task's chain. */
import { ApplicationFailure } from '@temporalio/common';
import type { Ref } from '../../clients/git/refs.ts';
import type { GitHost } from '../../clients/git/repository.ts';
import type { Secret } from '../../workflows/contract/change.ts';
import type { CheckpointResult, SecretsAllowed, WorktreeInput } from '../../workflows/contract/worktree.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { type Exempt, scanChange, scanCommits } from '../secrets/scan.ts';
import {
  type Chain,
  type Checkpoint,
  keepCheckpoint,
  makeCheckpoint,
  pushChain,
  readChain,
  refuseReplaced,
} from './checkpoint-chain.ts';
import { droppedFrom, leaveDropped } from './dropped-commits.ts';
import { notOfSetUp } from './ignored-files.ts';
import { shortened, takeSnapshot } from './snapshot.ts';
import { headOf, openWorktree, type Worktree } from './worktree-state.ts';

/** A turn of an agent in the worktree of its task. */
export interface TurnInWorktree extends WorktreeInput {
  readonly taskKey: string;
  readonly agentId: string;
  readonly turn: number;
}

export type CheckpointActivityInput = TurnInWorktree & SecretsAllowed;

/** Notes where the files of a turn are, for people who want to go back there. */
export type NoteCheckpoint = (note: { transcript: string; turn: number; checkpoint: string }) => Promise<void>;

interface CheckpointDependencies {
  readonly host: GitHost;
  readonly note: NoteCheckpoint;
}

/** The activity's work without its heartbeat, for a call that takes it along; `signal` ends it early. */
export function createTakeCheckpoint({ host, note }: CheckpointDependencies) {
  return async (input: CheckpointActivityInput, signal: AbortSignal): Promise<CheckpointResult> => {
    const { isMerging, ...taken } = await takeCheckpoint(host, input, signal);
    const { agentId: transcript, turn } = input;
    if (taken.sha !== null && !isMerging) await note({ transcript, turn, checkpoint: taken.sha });
    return taken;
  };
}

export function createCheckpointActivities(dependencies: CheckpointDependencies) {
  const take = createTakeCheckpoint(dependencies);
  return {
    /**
     * Puts the worktree's files on the task's chain and pushes it; branch and index stay as they are. The transcript
     * notes it as a turn that the task can be taken back to, unless the files were in the middle of a merge.
     * Idempotent: the same files are no new checkpoint, and one that was not pushed yet is pushed.
     * Fails: PushRejected, those of worktrees (final); DiskFull, GitFailed (retried).
     * Runs on: host-<name>.
     */
    checkpoint: (input: CheckpointActivityInput): Promise<CheckpointResult> =>
      withHeartbeat((signal) => take(input, signal)),
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
  const worktree = await openWorktree(host, input, signal);
  const { bare } = worktree;
  const [{ tree, unwelcome, ignored }, state, found] = await Promise.all([
    takeSnapshot(worktree),
    readChain(bare, chain),
    headOf(worktree),
  ]);
  refuseReplaced(chain, state);
  const head = await leaveDropped(worktree, found);
  const lost = (await notOfSetUp(worktree, ignored)).map((path) => `${path} (ignored)`);
  const dropped = (await droppedFrom(worktree, tree)).map((path) => `${path} (dropped by the rewritten base)`);
  const leftOut = [...shortened([...unwelcome, ...lost]), ...dropped];
  const { local, pushed } = state;
  const why = `turn ${input.turn} of ${input.agentId}`;
  const isNew = local?.tree !== tree;
  const { secretsAllowedIn: files, allowedSecrets: hashes } = input;
  const exempt = { epicId, files, hashes, base: bare.base?.sha };
  const secrets = isNew ? await scanTurn(worktree, { before: local, head, tree }, exempt) : [];
  const isMerging = worktree.state.conflict !== undefined;
  if (secrets.length > 0 || dropped.length > 0) return { sha: null, pushed: false, leftOut, secrets, isMerging };
  const merging = worktree.state.conflict;
  const end = isNew
    ? await makeCheckpoint(bare, chain, { tree, head: head.sha, after: local?.sha, why, turn, merging })
    : local.sha;
  const sha = isNew || local.turn === turn ? end : null;
  const taken = { sha, leftOut, secrets, isMerging };
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

/** What the turn changed, and commits that are not the factory's own: a checkpoint brings the branch's head along. */
async function scanTurn(
  { bare, state }: Worktree,
  { before, head, tree }: { before: Checkpoint | undefined; head: Ref; tree: string },
  exempt: Exempt,
): Promise<Secret[]> {
  const change = await scanChange(bare, { from: before?.tree ?? head.tree, to: tree, exempt });
  const known = before === undefined ? [] : [before.sha];
  const commits = before?.head === head.sha ? [] : await scanCommits(bare, { head: head.sha, known, exempt });
  if (change.length === 0 || state.conflict === undefined) return [...change, ...commits];
  // What the target brought into a conflict is on the forge already.
  const beyond = await scanChange(bare, { from: state.conflict.parent, to: tree, exempt });
  const names = new Set(beyond.map((secret) => JSON.stringify(secret)));
  return [...change.filter((secret) => names.has(JSON.stringify(secret))), ...commits];
}
