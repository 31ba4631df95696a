/**
 * Lays a commit into a worktree for verification, whatever commit and whatever else was there before: afterwards it holds
 * the commit's tracked files, what set-up made that may stay (kept-set-up.ts), and nothing more.
 */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { layTree, removeDeadLock } from '../../clients/git/check-out.ts';
import { type GitRepo, gitResult } from '../../clients/git/git.ts';
import { listIndex } from '../../clients/git/index-file.ts';
import { OF_NO_EPIC } from '../../clients/git/names.ts';
import type { Ref } from '../../clients/git/refs.ts';
import { findStrangers, removeAll, sweep } from '../../clients/git/remove-untracked.ts';
import type { Clone } from '../../clients/git/repository.ts';
import { copyIndex } from '../../clients/git/snapshot-index.ts';
import { laySubmodules } from '../../clients/submodules/lay.ts';
import { basisOf, holdsAny, mayServe, noteKept, type Products, restoreKept, type SetUpKey } from './kept-set-up.ts';
import { findWorktree, makeWorktree } from './prepare.ts';
import { deleteWorktree, keepAdmin, readState, worktreeAt } from './worktree-state.ts';

/** These worktrees belong to no placement. */
const EPOCH = 1;

/** The worktree with an index that no command in it is shown. */
const worktreeOf = (bare: Clone, path: string) => worktreeAt(bare, OF_NO_EPIC, path);

/** Whether a commit was ever laid into it, and it is still there. */
export async function isLaid(bare: Clone, path: string): Promise<boolean> {
  const state = await readState(worktreeOf(bare, path).repo.gitDir);
  return state?.ready === true && state.removing !== true && existsSync(path);
}

/**
 * Returns what was kept, if all that was to be kept could be. Acting twice is harmless: a move that was cut off is a move
 * from whatever there is.
 */
export async function layCommit(
  bare: Clone,
  path: string,
  commit: Ref,
  { setUp, products }: { readonly setUp: SetUpKey | undefined; readonly products: Products | undefined },
): Promise<Products | undefined> {
  const { repo, snapshots } = worktreeOf(bare, path);
  const found = await findWorktree(repo, path, EPOCH);
  const kept = mayServe(products, setUp) ? products : undefined;
  const moved = found === undefined ? undefined : await move(snapshots, { bare, commit, setUp, kept });
  if (moved === undefined) {
    if (found !== undefined) await deleteWorktree(repo, path, found);
    await makeWorktree({ bare, epicId: OF_NO_EPIC, path, epoch: EPOCH, branch: undefined, head: commit.sha });
    return undefined;
  }
  await laySubmodules(repo, bare, commit.tree);
  await keepAdmin(repo, path, commit.sha);
  await copyIndex(snapshots, repo);
  return moved.kept;
}

interface Move {
  readonly bare: Clone;
  readonly commit: Ref;
  readonly setUp: SetUpKey | undefined;
  readonly kept: Products | undefined;
}

/** Undefined when it is better made from nothing: something cannot be deleted, or files are to be written in another way. */
async function move(
  repo: GitRepo,
  { bare, commit, setUp, kept }: Move,
): Promise<{ readonly kept: Products | undefined } | undefined> {
  await removeDeadLock(`${repo.indexFile}.lock`);
  if (!existsSync(repo.indexFile as string)) return undefined;
  const before = await listIndex(repo);
  if (!(await sweep(repo, before, kept?.keep ?? []))) return undefined;
  if (!(await isLayable(repo, bare, commit.tree))) return undefined;
  const index = await listIndex(repo);
  if (attributesOf(before) !== attributesOf(index)) return undefined;
  if (kept === undefined || setUp === undefined) return { kept: undefined };
  // A commit with files of its own there, or a link on the way.
  if (holdsAny(index, kept.keep)) return undefined;
  if (basisOf(index, setUp.basis) === kept.basis && (await restoreKept(repo, kept.keep))) return { kept };
  return (await removeAll(repo, kept.keep)) ? { kept: undefined } : undefined;
}

/** Git compares every file with its index, by size, times and inode, and writes what differs. */
async function isLayable(repo: GitRepo, bare: Clone, tree: string): Promise<boolean> {
  try {
    await layTree(repo, ['--reset', '-u'], { bare, tree });
    return true;
  } catch (error) {
    // A folder that a command left without rights, and the like: a worktree made from nothing says whether that helps.
    if (repo.signal?.aborted || !(error instanceof ApplicationFailure)) throw error;
    return false;
  }
}

/** They say how files are written, and git does not write again those whose content is the same. */
const attributesOf = (index: ReadonlyMap<string, string>): string =>
  [...index]
    .filter(([path]) => basename(path) === '.gitattributes')
    .map(([path, facts]) => `${path} ${facts}`)
    .join('\n');

/** Whether two commits have the same at these paths, so that what was made of one is right for the other. */
export async function haveSameBasis(
  bare: Clone,
  commits: readonly [string, string],
  paths: readonly string[],
): Promise<boolean> {
  if (paths.length === 0) return false;
  const list = (commit: string) =>
    gitResult(bare, ['--literal-pathspecs', 'ls-tree', '-r', '-z', commit, '--', ...paths]);
  // One that is not on this host has nothing there.
  const [one, other] = (await Promise.all(commits.map(list))).map(({ stdout }) => {
    const entries = stdout.split('\0').flatMap((line) => {
      const [, facts, path] = /^(.+?)\t(.+)$/s.exec(line) ?? [];
      return facts === undefined || path === undefined ? [] : [[path, facts] as const];
    });
    return basisOf(new Map(entries), paths);
  });
  return one !== undefined && one === other;
}

/** Notes what set-up has made, to be kept for later commits; undefined when nothing may be kept. */
export async function noteProducts(bare: Clone, path: string, setUp: SetUpKey): Promise<Products | undefined> {
  const { key, keep, scope } = setUp;
  if (setUp.basis.length === 0) return undefined;
  const { snapshots } = worktreeOf(bare, path);
  const index = await listIndex(snapshots);
  const basis = basisOf(index, setUp.basis);
  if (basis === undefined || holdsAny(index, keep) || !(await noteKept(snapshots, keep))) return undefined;
  const strangers = await findStrangers(path, index, keep);
  const isAll =
    strangers.length === 0 &&
    (await gitResult(snapshots, ['diff-files', '--quiet', '--ignore-submodules=all'])).exitCode === 0;
  return { key, scope, keep, basis, isAll };
}
