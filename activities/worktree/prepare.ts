/** Making, adopting and taking aside worktrees. */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finalFailure } from '../../clients/failures.ts';
import { isAncestor } from '../../clients/git/ancestry.ts';
import { checkOut } from '../../clients/git/check-out.ts';
import { type GitRepo, git } from '../../clients/git/git.ts';
import { type Ref, type RefMove, readCommit } from '../../clients/git/refs.ts';
import { type Clone, folderFailure } from '../../clients/git/repository.ts';
import { keepIndex } from '../../clients/git/snapshot-index.ts';
import { clearSubmodules, laySubmodules } from '../../clients/submodules/lay.ts';
import type { Checkpoint } from './checkpoint-chain.ts';
import { keepMoves } from './keep-work.ts';
import type { LaidConflict, WorktreeState } from './worktree-memory.ts';
import {
  deleteWorktree,
  placedAgain,
  readState,
  type Worktree,
  worktreeAt,
  writeAdmin,
  writeState,
} from './worktree-state.ts';

/**
 * Finds the worktree at its place: a whole one, or none, after clearing what a kill left half-deleted. One that is
 * half-made is left for `makeWorktree` to complete.
 */
export async function findWorktree(repo: GitRepo, path: string, epoch: number): Promise<WorktreeState | undefined> {
  const state = await readState(repo.gitDir);
  if (state !== undefined && state.epoch > epoch) throw placedAgain(path, state.epoch, epoch);
  const entries = await readdir(path).catch(() => undefined);
  if (state?.ready && !state.removing && entries !== undefined) return state;
  if (isHalfMade(state)) return undefined;
  if (state === undefined && (await isOrphan(repo, path))) {
    // Its clone was deleted, and made again without it.
    await rename(path, `${path}.stale-${randomUUID().slice(0, 8)}`);
  } else if (state === undefined && entries !== undefined && entries.length > 0) {
    throw finalFailure('PathTaken', `${path} is in the way and was not made by the factory; move it elsewhere`);
  }
  // One whose folder is gone has nothing to lose.
  await deleteWorktree(repo, path, state);
  return undefined;
}

/** Whether its `.git` file says that we made it here. */
async function isOrphan(repo: GitRepo, path: string): Promise<boolean> {
  const text = await readFile(join(path, '.git'), 'utf8').catch(() => '');
  return text.trim() === `gitdir: ${repo.gitDir}`;
}

/** No command ran in it yet. */
const isHalfMade = (state: WorktreeState | undefined): state is WorktreeState =>
  state !== undefined && !state.ready && !state.removing;

export interface MakeInput {
  readonly bare: Clone;
  readonly epicId: string;
  readonly path: string;
  readonly epoch: number;
  readonly branch: string | undefined;
  readonly head: string;
  /** The files, when they differ from the head's. */
  readonly tree?: string | undefined;
  /** The merge that the files are in the middle of. */
  readonly conflict?: LaidConflict | undefined;
}

/** Makes a worktree, or completes a half-made one: it is not ready until all of it is there. */
export async function makeWorktree(input: MakeInput): Promise<Worktree> {
  const { bare, epicId, path, epoch, branch, head, tree, conflict } = input;
  const { repo, snapshots } = worktreeAt(bare, epicId, path);
  const there = await readState(repo.gitDir);
  const state: WorktreeState = { id: isHalfMade(there) ? there.id : randomUUID(), epoch, ready: false };
  try {
    await writeAdmin(repo, path, branch === undefined ? head : `ref: refs/heads/${branch}`, state);
  } catch (error) {
    throw folderFailure(error, path);
  }
  await clearSubmodules(repo, bare, tree ?? head);
  await checkOut(repo, { bare, tree: tree ?? head });
  await laySubmodules(repo, bare, tree ?? head, { refreshes: branch !== undefined });
  await keepIndex(repo, snapshots, tree ?? (await readCommit(bare, head)).tree);
  // Keep what the index knows of the files, so that the next `git status` does not read them all.
  if (tree !== undefined) await git(repo, ['read-tree', '--reset', head]);
  const ready = { ...state, ready: true, ...(conflict === undefined ? {} : { conflict }) };
  await writeState(repo.gitDir, ready);
  return { path, bare, repo, snapshots, state: ready, branch };
}

/**
 * Moves the local branch to where the chain says that it is. Commits that were made here and never reached the forge,
 * while the task went on elsewhere, are kept under a ref of their own.
 */
export async function branchMoves(
  bare: GitRepo,
  input: { epicId: string; taskKey: string; epoch: number; branch: string; local: Ref | undefined; head: string },
): Promise<RefMove[]> {
  const { local, head, branch } = input;
  if (local?.sha === head) return [];
  const move = { ref: `refs/heads/${branch}`, to: head, from: local?.sha ?? null };
  if (local === undefined || (await isAncestor(bare, local.sha, head))) return [move];
  const { epicId, taskKey, epoch } = input;
  const why = 'Before the task went on from what another placement did';
  return [...(await keepMoves(bare, { epicId, taskKey, epoch, head: local, why })), move];
}

/** Whether another host's placement worked on the task since this worktree's did, so that its files are out of date. */
export async function workedElsewhere(
  bare: GitRepo,
  end: Checkpoint,
  range: { after: number; before: number; target: string },
): Promise<boolean> {
  const format = '--format=%(trailers:key=Factory-Epoch,valueonly)';
  const output = await git(bare, ['log', '--first-parent', format, end.sha, `^${range.target}`]);
  const epochs = output.split('\n').map(Number);
  return epochs.some((epoch) => epoch > range.after && epoch < range.before);
}

/** Moves an outdated worktree aside with everything in it: nobody can say that its files are worthless. */
export async function moveAside(repo: GitRepo, path: string, state: WorktreeState): Promise<void> {
  await rename(path, `${path}.stale-${state.epoch}-${state.id.slice(0, 8)}`);
  await rm(repo.gitDir, { recursive: true, force: true });
}
