/** Worktrees: one a task on the task's branch, and detached ones that are thrown away. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { finalFailure } from '../../clients/failures.ts';
import { isGitFailure } from '../../clients/git/failures.ts';
import { detachedWorktreePath, taskWorktreePath } from '../../clients/git/names.ts';
import { readCommit } from '../../clients/git/refs.ts';
import { fetchCommit, forgeBranch, readForge } from '../../clients/git/remote.ts';
import { type Clone, type GitHost, openRepository } from '../../clients/git/repository.ts';
import { realPath } from '../../clients/git/worktree-folder.ts';
import type { KnownBase } from '../../workflows/contract/base.ts';
import { WORKTREE_FAILURES } from '../../workflows/contract/failures.ts';
import type { Follower } from '../../workflows/contract/line.ts';
import type { Placement, RemoveWorktreeInput, RemoveWorktreeResult } from '../../workflows/contract/placement.ts';
import type { PrepareWorktreeInput } from '../../workflows/contract/worktree.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { findWorktree, makeWorktree } from './prepare.ts';
import { prepareTask } from './prepare-task.ts';
import { uncommitted } from './snapshot.ts';
import { stackOn } from './stack-branches.ts';
import { deleteWorktree, headOf, openWorktree, updateState, type Worktree, worktreeAt } from './worktree-state.ts';

export interface PrepareDetachedInput {
  readonly epicId: string;
  /** What it is for: `plan`, `review-schema-1`, … */
  readonly name: string;
  readonly repository: string;
  readonly placement: Placement;
  /** A commit, or a branch of the forge. */
  readonly commit: string;
  /** Its workflow has it removed by the step that leaves the host. */
  readonly goesWithHost?: true;
  /** Merged on top of it, one after the other. */
  readonly followers?: readonly Follower[];
  /** The base that all of the epic is built on. */
  readonly base?: KnownBase;
}

/** Nobody's work waits for the place of a worktree, so what stands in its way needs no failure. */
function kept(error: unknown): RemoveWorktreeResult {
  if (error instanceof ApplicationFailure && KEEPS.has(error.type ?? '')) {
    return { removed: false, reason: error.message };
  }
  throw error;
}

const KEEPS: ReadonlySet<string> = new Set<string>([
  ...WORKTREE_FAILURES,
  ...['SubmoduleUnavailable', 'LfsObjectMissing', 'RepositoryUnsupported'],
]);

const SHA = /^[0-9a-f]{40}$/;

export function createWorktreeActivities(host: GitHost) {
  return {
    /**
     * Makes the task's worktree on its branch, cut from the target branch or from where an earlier placement was seen
     * last; `isMerged` when the target holds all that the forge's branch has. First an empty checkpoint of this placement
     * goes to the forge, so that older ones can push nothing more. Where the target has dropped what the work stood on, its
     * changes are taken over onto what the target is now.
     * Idempotent: a worktree that is there is adopted with everything in it, a half-made one is completed, and one
     * that the task has left for another host meanwhile is moved aside.
     * Fails: RepositoryMissing, RepositoryUnsupported, BaseBranchMissing, BaseRewritten, LfsObjectMissing, PushRejected,
     * those of worktrees (final); DiskFull, GitFailed (retried).
     * Runs on: host-<name>.
     */
    prepareWorktree: (input: PrepareWorktreeInput) => withHeartbeat((signal) => prepareTask(host, input, signal)),

    /**
     * Makes a worktree on no branch at exactly this commit, or at one that holds its followers too. `goesWithHost` answers
     * that the step that leaves the host can remove it, to a workflow that asks.
     * Idempotent: a clean one at the commit stays, anything else of that name is thrown away.
     * Fails: as prepareWorktree.
     * Runs on: host-<name>.
     */
    prepareDetached: (input: PrepareDetachedInput) => withHeartbeat((signal) => prepareDetached(host, input, signal)),

    /**
     * Removes a worktree, but a task's only when all that it holds is committed (ignored files go with it).
     * One that cannot be removed is an answer with the reason, never a failure that is tried again.
     * Idempotent: one that is gone was removed.
     * Runs on: host-<name>.
     */
    removeWorktree: (input: RemoveWorktreeInput): Promise<RemoveWorktreeResult> =>
      withHeartbeat((signal) => removeWorktree(host, input, signal)),
  };
}

/** See the activity of this name. */
export const removeWorktree = (
  host: GitHost,
  input: RemoveWorktreeInput,
  signal: AbortSignal,
): Promise<RemoveWorktreeResult> => remove(host, input, signal).catch(kept);

async function prepareDetached(host: GitHost, input: PrepareDetachedInput, signal: AbortSignal) {
  const { epicId, repository, commit, base: known, followers = [], goesWithHost } = input;
  const { epoch } = input.placement;
  const [opened, path] = await Promise.all([
    openRepository(host, repository, signal),
    realPath(host, detachedWorktreePath(host, epicId, input.name)),
  ]);
  const bare: Clone = { ...opened, base: known };
  const base = await needCommit(bare, commit);
  const stacked = await stackOn(bare, { sha: base, author: host.author }, followers);
  const sha = stacked.at(-1)?.commitSha ?? base;
  const made = { worktree: path, commitSha: sha, stacked, ...(goesWithHost === true ? { goesWithHost } : {}) };
  const { repo } = worktreeAt(bare, epicId, path);
  const found = await findWorktree(repo, path, epoch);
  if (found?.epoch === epoch) {
    const worktree = await openWorktree(
      host,
      { epicId, repository, placement: input.placement, worktree: path },
      signal,
    );
    if (await isCleanAt(worktree, sha)) {
      await updateState(worktree, { base: known });
      return made;
    }
  }
  if (found !== undefined) await deleteWorktree(repo, path, found);
  const worktree = await makeWorktree({ bare, epicId, path, epoch, branch: undefined, head: sha });
  await updateState(worktree, { base: known });
  return made;
}

/** Without a sandbox an agent can have put it onto a branch. */
async function isCleanAt(worktree: Worktree, sha: string): Promise<boolean> {
  const head = (await readFile(join(worktree.repo.gitDir, 'HEAD'), 'utf8')).trim();
  return head === sha && (await uncommitted(worktree, await headOf(worktree))).length === 0;
}

/** Brings a commit of the forge here, named by its SHA or by a branch. */
async function needCommit(bare: Clone, commit: string): Promise<string> {
  if (!SHA.test(commit)) {
    const wanted = forgeBranch(commit);
    const head = (await readForge(bare, [wanted])).get(wanted.there);
    if (head !== undefined) return head.sha;
    throw finalFailure('BaseBranchMissing', `The forge has no branch ${commit}; push it first`);
  }
  try {
    await readCommit(bare, commit);
  } catch (error) {
    if (!isGitFailure(error, 'object-missing')) throw error;
    await fetchCommit(bare, commit);
  }
  return commit;
}

async function remove(host: GitHost, input: RemoveWorktreeInput, signal: AbortSignal): Promise<RemoveWorktreeResult> {
  const { epicId, name, repository, placement, discard } = input;
  const bare = await openRepository(host, repository, signal);
  const path = await realPath(host, (discard ? detachedWorktreePath : taskWorktreePath)(host, epicId, name));
  const { repo } = worktreeAt(bare, epicId, path);
  const found = await findWorktree(repo, path, placement.epoch);
  if (found === undefined) return { removed: true };
  if (!discard) {
    const worktree = await openWorktree(host, { epicId, taskKey: name, repository, placement, worktree: path }, signal);
    const head = await headOf(worktree);
    const held = await uncommitted(worktree, head);
    if (held.length > 0)
      return { removed: false, reason: `it holds what no commit has: ${held.slice(0, 10).join(', ')}` };
  }
  await deleteWorktree(repo, path, found);
  return { removed: true };
}
