/**
 * Writing the files of submodules into a worktree, at exactly the commits that a tree names. Where they come from is said
 * by the base's .gitmodules, never by what an agent wrote; what that does not name stays an empty folder, as in a clone.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { finalFailure } from '../failures.ts';
import { checkOut, forgetIndex } from '../git/check-out.ts';
import { refuseLfs } from '../git/contents.ts';
import { type GitRepo, git } from '../git/git.ts';
import type { Clone } from '../git/repository.ts';
import type { Origin } from './address.ts';
import { needCommit, openSubmodule, originOf, refresh, type SubmoduleClone } from './clone.ts';
import { claimFolder, isOwnFolder, readHead, writeGitFolder } from './git-folder.ts';
import { type Declared, readDeclared } from './gitmodules.ts';
import { type LaidSubmodule, readLaid, repoOf, writeLaid } from './laid-submodules.ts';

const DEEPEST = 4;
const MOST_LAID = 200;

export interface LayOptions {
  /** Somebody will work there, and may want commits that are newer than what is pinned. */
  readonly refreshes?: boolean;
}

/** What the base's .gitmodules names, of this clone's work. */
export async function declaredBy(bare: Clone): Promise<readonly Declared[]> {
  return bare.base === undefined ? [] : await readDeclared(bare, bare.base.sha, bare.repository ?? '');
}

/** Lays those that the tree has. One that is as it was laid stays as it is, with what a Worker has made of it. */
export async function laySubmodules(repo: GitRepo, bare: Clone, tree: string, options: LayOptions = {}): Promise<void> {
  const declared = await declaredBy(bare);
  if (declared.length === 0) return;
  const before = await readLaid(repo.gitDir);
  const laid: LaidSubmodule[] = [];
  const within = { repo, bare, before, laid, options };
  await layAll(within, {
    declared,
    pointers: await readPointers(bare, tree, declared),
    origin: await originOf(bare),
    depth: 1,
  });
  if (laid.length > 0 || before.length > 0) await writeLaid(repo.gitDir, laid);
}

/** To be called before another tree is laid: removes those that it has no more, for what may come in their place. */
export async function clearSubmodules(repo: GitRepo, bare: Clone, tree: string): Promise<void> {
  const before = await readLaid(repo.gitDir);
  if (before.length === 0) return;
  const outer = before.filter(({ within }) => within === undefined);
  const pointers = await readPointers(bare, tree, outer);
  const gone = outer.filter(({ path }) => !pointers.has(path));
  if (gone.length === 0) return;
  for (const { path } of gone) await removeFolder(repo, path);
  const isGone = ({ path }: LaidSubmodule) =>
    gone.some((each) => path === each.path || path.startsWith(`${each.path}/`));
  await writeLaid(
    repo.gitDir,
    before.filter((each) => !isGone(each)),
  );
}

async function removeFolder({ workTree: root = '' }: GitRepo, path: string): Promise<void> {
  if (await isOwnFolder(root, path)) await rm(join(root, path), { recursive: true, force: true });
}

/** The commits that a tree names at these paths. */
export async function readPointers(
  repo: GitRepo,
  tree: string,
  paths: readonly { readonly path: string }[],
): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map();
  const { gitDir, signal } = repo;
  const args = ['--literal-pathspecs', 'ls-tree', '-z', tree, '--', ...paths.map(({ path }) => path)];
  const lines = (await git({ gitDir, signal }, args)).split('\0');
  return new Map(
    lines.flatMap((line) => {
      const [, commit, path] = /^160000 commit ([0-9a-f]{40})\t(.+)$/s.exec(line) ?? [];
      return commit === undefined || path === undefined ? [] : [[path, commit] as const];
    }),
  );
}

interface Within {
  readonly repo: GitRepo;
  readonly bare: Clone;
  readonly before: readonly LaidSubmodule[];
  /** What is laid so far. */
  readonly laid: LaidSubmodule[];
  readonly options: LayOptions;
}

interface Level {
  readonly declared: readonly Declared[];
  readonly pointers: ReadonlyMap<string, string>;
  readonly origin: Origin;
  readonly depth: number;
  readonly within?: string;
}

async function layAll(all: Within, { declared, pointers, origin, depth, within }: Level): Promise<void> {
  for (const { path: name, url } of declared) {
    const commit = pointers.get(name);
    if (commit === undefined) continue;
    const path = within === undefined ? name : `${within}/${name}`;
    if (depth > DEEPEST || all.laid.length >= MOST_LAID) {
      const most = `${DEEPEST} within each other and ${MOST_LAID} in all`;
      throw finalFailure(
        'RepositoryUnsupported',
        `The repository has more submodules than the factory supports (at most ${most}); ${path} is the first one too many`,
      );
    }
    const clone = await openSubmodule(all.bare, { path, url }, origin);
    await layOne(all, { clone, path, commit, ...defined({ within }) });
    const inner = await readDeclared(clone, commit, `The submodule ${clone.name}`);
    if (inner.length === 0) continue;
    const below = await readPointers(clone, commit, inner);
    await layAll(all, { declared: inner, pointers: below, origin: clone.origin, depth: depth + 1, within: path });
  }
}

/** A commit does not change. */
const WITHOUT_LFS = new Set<string>();
const MOST_KNOWN = 1_000;

async function refuseLfsOnce(clone: SubmoduleClone, commit: string): Promise<void> {
  const key = `${clone.gitDir} ${commit}`;
  if (WITHOUT_LFS.has(key)) return;
  await refuseLfs(clone, commit, `The submodule ${clone.name}`);
  if (WITHOUT_LFS.size >= MOST_KNOWN) WITHOUT_LFS.clear();
  WITHOUT_LFS.add(key);
}

interface One {
  readonly clone: SubmoduleClone;
  readonly path: string;
  readonly commit: string;
  readonly within?: string;
}

async function layOne({ repo, before, laid, options }: Within, { clone, path, commit, within }: One): Promise<void> {
  const root = repo.workTree as string;
  const entry: LaidSubmodule = {
    path,
    commit,
    clone: clone.gitDir,
    isWhole: false,
    ...defined({ within }),
  };
  const whole = { ...entry, isWhole: true };
  const was = before.find((each) => each.path === path);
  const isSame = was?.isWhole === true && was.commit === commit && was.clone === clone.gitDir;
  if (isSame && (await isOwnFolder(root, path)) && (await readHead(join(root, path))) === commit) {
    laid.push(whole);
    return;
  }
  // Only the outer ones can be pointed elsewhere.
  if (options.refreshes === true && within === undefined) await refresh(clone);
  await needCommit(clone, commit);
  await refuseLfsOnce(clone, commit);
  // Whatever a kill leaves half-done is known to be so.
  const others = before.filter((each) => each.path !== path && laid.every((done) => done.path !== each.path));
  await writeLaid(repo.gitDir, [...laid, entry, ...others]);
  const at = repoOf(repo, entry);
  // Those within it are another commit's, and laid again.
  for (const inner of before) if (inner.within === path) await removeFolder(repo, inner.path);
  if (was !== undefined && was.clone !== clone.gitDir) await forgetIndex(at);
  await claimFolder(root, path);
  await rm(join(root, path, '.git'), { recursive: true, force: true });
  await checkOut(at, { tree: commit });
  await writeGitFolder(at, commit);
  laid.push(whole);
}
