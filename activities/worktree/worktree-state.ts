/**
 * A worktree as git and the factory know it. What the factory must remember of it is in one file in git's folder for
 * it, outside the tree: an agent cannot change it by accident, and a kill at any moment leaves the old or the new one.
 */

import { lstat, mkdir, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { finalFailure } from '../../clients/failures.ts';
import { layTree } from '../../clients/git/check-out.ts';
import { isGitFailure } from '../../clients/git/failures.ts';
import { type GitRepo, worktreeGone } from '../../clients/git/git.ts';
import { isDetachedPath, taskBranch } from '../../clients/git/names.ts';
import { moveRefs, type Ref, type RefMove, readCommit, readRefs } from '../../clients/git/refs.ts';
import { removePaths } from '../../clients/git/remove-untracked.ts';
import { type Clone, type GitHost, openRepository, replaceFile } from '../../clients/git/repository.ts';
import { copyIndex, keepIndex } from '../../clients/git/snapshot-index.ts';
import { refuseLinkedWorktree } from '../../clients/git/worktree-folder.ts';
import { makeFolder } from '../../clients/make-folder.ts';
import { readNoteIfThere } from '../../clients/read-if-there.ts';
import { clearSubmodules, laySubmodules } from '../../clients/submodules/lay.ts';
import type { WorktreeInput } from '../../workflows/contract/worktree.ts';
import type { TreeMove, WorktreeState } from './worktree-memory.ts';

export interface Worktree {
  readonly path: string;
  /** The bare clone. */
  readonly bare: Clone;
  /** The worktree with its own index, as the agent's git sees it. */
  readonly repo: GitRepo;
  /** The same tree with the index that snapshots are taken with. */
  readonly snapshots: GitRepo;
  readonly state: WorktreeState;
  /** Undefined in a detached worktree. */
  readonly branch: string | undefined;
}

/** Git's folder for a worktree: named by epic and folder, which no other worktree of the clone shares. */
export const adminDir = (bare: GitRepo, epicId: string, path: string): string =>
  join(bare.gitDir, 'worktrees', `${epicId}.${basename(path)}`);

/** Where git works on this worktree, whatever its `.git` file says. */
export function worktreeAt(bare: GitRepo, epicId: string, path: string) {
  const gitDir = adminDir(bare, epicId, path);
  const { signal } = bare;
  const excludesFile = join(gitDir, 'factory-exclude');
  const repo: GitRepo = { gitDir, workTree: path, indexFile: join(gitDir, 'index'), excludesFile, signal };
  return { repo, snapshots: { ...repo, indexFile: join(gitDir, 'factory-index') } };
}

/** Opens a worktree that was prepared before, and ends what a kill interrupted in it. Fails WorktreeGone (final). */
export async function openWorktree(host: GitHost, input: WorktreeInput, signal?: AbortSignal): Promise<Worktree> {
  const { epicId, taskKey, placement, worktree: path } = input;
  await refuseLinkedWorktree(path);
  const bare = await openRepository(host, input.repository, signal);
  const { repo, snapshots } = worktreeAt(bare, epicId, path);
  const state = await readState(repo.gitDir);
  const exists = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  if (state === undefined || !state.ready || !exists) throw worktreeGone(path);
  // Whose configuration and refs count; an agent without a sandbox could have made it another repository's.
  await keepFile(join(repo.gitDir, 'commondir'), COMMON_DIR);
  if (state.epoch > placement.epoch) throw placedAgain(path, state.epoch, placement.epoch);
  const branch = isDetachedPath(path) || taskKey === undefined ? undefined : taskBranch(epicId, taskKey);
  const worktree: Worktree = {
    path,
    bare: { ...bare, base: state.base, dropped: droppedOf(state) },
    repo,
    snapshots,
    state,
    branch,
  };
  return state.moving === undefined ? worktree : await endMove(worktree, state.moving);
}

const droppedOf = ({ takenOver, replaces }: WorktreeState): string[] => [
  ...(takenOver?.dropped ?? []),
  ...(replaces === undefined ? [] : [replaces]),
];

export const placedAgain = (path: string, epoch: number, ours: number) =>
  finalFailure('PlacedAgain', `${path} belongs to placement ${epoch} now; placement ${ours} may not change it`);

/** Undefined where there is no worktree, or where a power cut took what was known of it: then it is made again. */
export const readState = (admin: string): Promise<WorktreeState | undefined> =>
  readNoteIfThere<WorktreeState>(join(admin, 'factory.json'));

export async function writeState(admin: string, state: WorktreeState): Promise<void> {
  await replaceFile(join(admin, 'factory.json'), JSON.stringify(state));
}

/** Writes the state with some of it changed; undefined takes a part away. */
export async function updateState(
  worktree: Worktree,
  change: { readonly [Key in keyof WorktreeState]?: WorktreeState[Key] | undefined },
): Promise<Worktree> {
  const state = JSON.parse(JSON.stringify({ ...worktree.state, ...change })) as WorktreeState;
  if (JSON.stringify(state) === JSON.stringify(worktree.state)) return worktree;
  await writeState(worktree.repo.gitDir, state);
  return { ...worktree, state, bare: { ...worktree.bare, base: state.base } };
}

/** The commit that the worktree is on. */
export async function headOf({ branch, bare, repo, path }: Worktree): Promise<Ref> {
  if (branch === undefined) return await readCommit(bare, (await readFile(join(repo.gitDir, 'HEAD'), 'utf8')).trim());
  const name = `refs/heads/${branch}`;
  const head = (await readRefs(bare, [name])).get(name);
  if (head !== undefined) return head;
  throw finalFailure(
    'LocalBranchGone',
    `The branch ${branch} of the worktree ${path} was deleted on this host; retry the task, which makes the worktree again`,
  );
}

/** The move of the branch, or of HEAD where there is none. */
export const headMove = (worktree: Worktree, from: string, to: string): RefMove => ({
  ref: worktree.branch === undefined ? 'HEAD' : `refs/heads/${worktree.branch}`,
  from,
  to,
});

/**
 * Lays a tree into a worktree whose snapshot was found equal to `from`, and then moves its head. Written down first:
 * after a kill in the middle the tree is between two commits, and the next to open the worktree ends the move.
 */
export async function moveTree(worktree: Worktree, from: string, move: TreeMove): Promise<Worktree> {
  // The snapshot that found the tree clean knows its files; the agent's index may not.
  await copyIndex(worktree.snapshots, worktree.repo);
  const moving = await updateState(worktree, { moving: move });
  try {
    await clearSubmodules(moving.repo, moving.bare, move.tree);
    await layTree(moving.repo, ['-m', '-u', from], { bare: moving.bare, tree: move.tree });
  } catch (error) {
    // Git looks before it writes: something in the way leaves the tree as it was.
    if (isGitFailure(error, 'in-the-way')) {
      await laySubmodules(moving.repo, moving.bare, from);
      await updateState(moving, { moving: undefined });
    }
    throw error;
  }
  return await settleMove(moving, move);
}

async function endMove(worktree: Worktree, move: TreeMove): Promise<Worktree> {
  await clearSubmodules(worktree.repo, worktree.bare, move.tree);
  await layTree(worktree.repo, ['--reset', '-u'], { bare: worktree.bare, tree: move.tree });
  return await settleMove(worktree, move);
}

async function settleMove(worktree: Worktree, move: TreeMove): Promise<Worktree> {
  await laySubmodules(worktree.repo, worktree.bare, move.tree);
  await keepIndex(worktree.repo, worktree.snapshots, move.tree);
  if (move.head !== undefined && !(await moveRefs(worktree.repo, [move.head]))) {
    // A move that had reached its end before the kill finds the head where it should be.
    if ((await headOf(worktree)).sha !== move.head.to) {
      throw finalFailure('LocalBranchMoved', `The head of ${worktree.path} was moved by somebody else`);
    }
  }
  return await updateState(worktree, { moving: undefined, conflict: move.conflict });
}

const COMMON_DIR = '../..\n';

async function keepFile(path: string, text: string): Promise<void> {
  const there = await readFile(path, 'utf8').catch(() => undefined);
  if (there !== text) await replaceFile(path, text);
}

/** Writes the worktree's `.git` file, in the place of whatever an agent put there: a repository, a link. */
export async function writeGitFile(repo: GitRepo, path: string): Promise<void> {
  const file = join(path, '.git');
  await rm(file, { recursive: true, force: true });
  await writeFile(file, gitFileText(repo), { flag: 'wx' });
}

/** Puts a worktree that nobody works in on a commit, and its git folder back if anything changed it. */
export async function keepAdmin(repo: GitRepo, path: string, head: string): Promise<void> {
  const file = join(path, '.git');
  const isOurs = async () => (await lstat(file)).isFile() && (await readFile(file, 'utf8')) === gitFileText(repo);
  // Locks, and merges or rebases that were not ended, of commands outside of a sandbox.
  const others = (await readdir(repo.gitDir)).filter((name) => !OWN_FILES.has(name) && !name.startsWith('factory'));
  await Promise.all([
    ...others.map((name) => rm(join(repo.gitDir, name), { recursive: true, force: true })),
    keepFile(join(repo.gitDir, 'HEAD'), `${head}\n`),
    keepFile(join(repo.gitDir, 'commondir'), COMMON_DIR),
    isOurs()
      .catch(() => false)
      .then((is) => (is ? undefined : writeGitFile(repo, path))),
  ]);
}

const OWN_FILES: ReadonlySet<string> = new Set(['HEAD', 'commondir', 'gitdir', 'index']);
const gitFileText = ({ gitDir }: GitRepo): string => `gitdir: ${gitDir}\n`;

/** Makes git's folder for a worktree (gitrepository-layout(5)) and the worktree's `.git` file, as `git worktree add` would. */
export async function writeAdmin(repo: GitRepo, path: string, head: string, state: WorktreeState): Promise<void> {
  await mkdir(repo.gitDir, { recursive: true });
  await writeState(repo.gitDir, state);
  await writeFile(join(repo.gitDir, 'HEAD'), `${head}\n`);
  await writeFile(join(repo.gitDir, 'commondir'), COMMON_DIR);
  await writeFile(join(repo.gitDir, 'gitdir'), `${join(path, '.git')}\n`);
  await makeFolder(path);
  await writeGitFile(repo, path);
}

// ENOTDIR is what `rm` ends with at a file that it may not unlink, having tried it as a folder.
const UNDELETABLE: ReadonlySet<string> = new Set([
  'EACCES',
  'EBUSY',
  'ENAMETOOLONG',
  'ENOTDIR',
  'ENOTEMPTY',
  'EPERM',
  'EROFS',
]);

/** Fails WorktreeUndeletable (final) where another try would not help either. */
function deletionFailure(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!UNDELETABLE.has(code)) return error;
  const remedy = 'end what uses it, or delete it by hand as the owner of its files';
  return finalFailure('WorktreeUndeletable', `${path} cannot be deleted (${code}); ${remedy}`, { cause: error });
}

/** Another try has deleted git's folder meanwhile. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

/** Deletes a worktree: its tree first, so that git's folder still says what a half-deleted one was. */
export async function deleteWorktree(repo: GitRepo, path: string, state: WorktreeState | undefined): Promise<void> {
  try {
    if (state !== undefined) await writeState(repo.gitDir, { ...state, removing: true }).catch(ignoreGone);
    // What is left says below why it cannot be deleted.
    await removePaths([path], repo.signal);
    // What still writes there, or holds a file open, may be about to end.
    const options = { recursive: true, force: true, maxRetries: 3, retryDelay: 100 };
    await rm(path, options);
    await rm(repo.gitDir, options);
  } catch (error) {
    throw deletionFailure(error, path);
  }
  // The epic's folder goes with its last worktree.
  await rmdir(dirname(path)).catch(() => {});
}
