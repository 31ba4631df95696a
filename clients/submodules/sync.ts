/**
 * What a Worker made of the submodules of its worktree. A commit that it checked out there becomes the pointer of the
 * snapshot, when the submodule's remote has it on a branch or tag; whatever else it changed within is named, and is on
 * no commit and no checkpoint.
 */
import { existsSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitRepo, git } from '../git/git.ts';
import { listIndex } from '../git/index-file.ts';
import type { Clone } from '../git/repository.ts';
import { readPlainFile } from '../read-if-there.ts';
import { isOnRemote, openSubmodule, originOf, refresh, type SubmoduleClone } from './clone.ts';
import { isOwnFolder, keepSettings, readHead, writeGitFolder } from './git-folder.ts';
import { MODULES_FILE, parseModules } from './gitmodules.ts';
import { type LaidSubmodule, readLaid, repoOf, writeLaid } from './laid-submodules.ts';
import { declaredBy, readPointers } from './lay.ts';

export interface SyncedWorktree {
  readonly bare: Clone;
  /** With the index whose pointers are set. */
  readonly snapshots: GitRepo;
}

export interface Synced {
  /** By path, the commit to point to; undefined for one that is no submodule any more. */
  readonly moved: ReadonlyMap<string, string | undefined>;
  /** What cannot be committed, each with the reason. */
  readonly problems: readonly string[];
}

const NOTHING: Synced = { moved: new Map(), problems: [] };
/** After a commit was not found the remote is asked again, but not for each snapshot. */
const LOOK_AGAIN_MS = 30_000;
const MOST_NAMED = 50;

/** Reads it; `head` is the commit that the worktree is on. */
export async function syncSubmodules(
  { bare, snapshots }: SyncedWorktree,
  head: () => Promise<string>,
): Promise<Synced> {
  const declared = await declaredBy(bare);
  if (declared.length === 0) return NOTHING;
  const index = await listIndex(snapshots);
  const root = snapshots.workTree as string;
  const laid = await readLaid(snapshots.gitDir);
  const heads = await readHeads(snapshots, laid);
  const moved = new Map<string, string | undefined>();
  const problems: string[] = [];
  for (const { path, url } of declared) {
    const [, pinned] = /^160000 ([0-9a-f]{40})/.exec(index.get(path) ?? '') ?? [];
    if (pinned === undefined) continue;
    const there = (await isOwnFolder(root, path)) ? await lstat(join(root, path)).catch(() => undefined) : undefined;
    if (there?.isDirectory() !== true) {
      moved.set(path, undefined);
      continue;
    }
    const commit = heads.get(path) ?? null;
    if (commit === null) {
      if (await isTakenIn(root, path)) moved.set(path, undefined);
    } else if (commit !== pinned) {
      const clone = await openSubmodule(bare, { path, url }, await originOf(bare));
      if (await mayPointTo({ bare, clone, path, commit, head })) moved.set(path, commit);
      else
        problems.push(
          `${path} (${strange(commit)}: git -C ${path} checkout ${pinned.slice(0, 12)}, or a commit of its remote)`,
        );
    }
  }
  const isGone = ({ path }: LaidSubmodule) =>
    [...moved].some(([each, commit]) => commit === undefined && (path === each || path.startsWith(`${each}/`)));
  const left = laid.filter((each) => !isGone(each));
  const { found, now } = await changesWithin(snapshots, left, heads);
  problems.push(...found);
  // What is noted is compared, and removed when a tree without it is laid: not so what is the repository's own now.
  const isAsNoted = now.length === laid.length && now.every((entry, at) => entry === laid[at]);
  if (!isAsNoted) await writeLaid(snapshots.gitDir, now);
  const more = problems.length - MOST_NAMED;
  return { moved, problems: more > 0 ? [...problems.slice(0, MOST_NAMED), `… and ${more} more`] : problems };
}

/** By path, the commit that is checked out; null for one whose `.git` is gone. */
type Heads = ReadonlyMap<string, string | null>;

/**
 * Of those that are in their places. A `.git` that could lead a git, or keep it waiting for ever, is made again before
 * any git comes by, so of all of them first.
 */
async function readHeads(repo: GitRepo, laid: readonly LaidSubmodule[]): Promise<Heads> {
  const heads = new Map<string, string | null>();
  const root = repo.workTree as string;
  for (const entry of laid) {
    const { path, commit } = entry;
    if (!(await isOwnFolder(root, path)) || !existsSync(join(root, path))) continue;
    const head = await readHead(join(root, path));
    if (head === 'odd') await writeGitFolder(repoOf(repo, entry), commit);
    else if (head !== null) await keepSettings(join(root, path));
    heads.set(path, head === 'odd' ? commit : head);
  }
  return heads;
}

const strange = (commit: string): string =>
  `its commit ${commit.slice(0, 12)} is on no branch or tag of the submodule’s remote, where nothing of a task is pushed`;

/** Its files became the repository's own: its `.git` is gone, and .gitmodules names it no more. */
async function isTakenIn(root: string, path: string): Promise<boolean> {
  const text = await readPlainFile(join(root, MODULES_FILE));
  const declared = text === undefined ? [] : await parseModules(text, 'the worktree').catch(() => undefined);
  if (declared === undefined || declared.some((each) => each.path === path)) return false;
  return (await readdir(join(root, path)).catch(() => [])).length > 0;
}

interface Wanted {
  readonly bare: Clone;
  readonly clone: SubmoduleClone;
  readonly path: string;
  readonly commit: string;
  readonly head: () => Promise<string>;
}

/** What the base or the branch has pointed to before needs no branch on the remote. */
async function mayPointTo({ bare, clone, path, commit, head }: Wanted): Promise<boolean> {
  if (await isOnRemote(clone, commit)) return true;
  for (const known of [await head(), bare.base?.sha ?? '']) {
    if ((await readPointers(bare, known, [{ path }])).get(path) === commit) return true;
  }
  const last = LOOKED_AT.get(clone.gitDir) ?? 0;
  if (Date.now() - last < LOOK_AGAIN_MS) return false;
  LOOKED_AT.set(clone.gitDir, Date.now());
  await refresh(clone);
  return await isOnRemote(clone, commit);
}

const LOOKED_AT = new Map<string, number>();

interface Within {
  /** Files that differ from the commit that is checked out there, and new ones. */
  readonly found: readonly string[];
  /** What lies there now. */
  readonly now: readonly LaidSubmodule[];
}

async function changesWithin(repo: GitRepo, laid: readonly LaidSubmodule[], heads: Heads): Promise<Within> {
  const found: string[] = [];
  const now: LaidSubmodule[] = [];
  for (const entry of laid) {
    const { path } = entry;
    const commit = heads.get(path);
    if (commit === undefined) {
      now.push(entry);
      continue;
    }
    const at = repoOf(repo, entry);
    const isMoved = commit !== null && commit !== entry.commit && entry.within === undefined;
    const isKnown =
      isMoved &&
      (await git(at, ['read-tree', commit]).then(
        () => true,
        () => false,
      ));
    now.push(isKnown ? { ...entry, commit } : entry);
    if (isKnown) await git(at, ['update-index', '-q', '--refresh'], { mayRefreshIndex: true }).catch(() => '');
    // The pointers of those within one that was moved are set when that is laid.
    const inner = new Set(laid.filter((each) => each.within === path).map((each) => each.path.slice(path.length + 1)));
    const args = ['ls-files', '-z', '--modified', '--deleted', '--others', '--exclude-standard', '--directory'];
    const names = new Set((await git(at, args)).split('\0').filter(Boolean));
    const changed = [...names].filter((name) => !inner.has(name.replace(/\/$/, '')));
    found.push(
      ...changed.map((name) => `${path}/${name} (changed within the submodule ${path}, which takes no changes)`),
    );
  }
  return { found, now };
}
