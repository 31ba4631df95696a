/** Writing the files of a tree into a worktree: any number of them, and a try that was ended half-way is completed. */
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { passingFailure } from '../failures.ts';
import { bringObjects } from '../lfs/host-objects.ts';
import { readIfThere } from '../read-if-there.ts';
import { type GitRepo, git, gitResult } from './git.ts';
import { type Clone, replaceFile } from './repository.ts';

export interface Laid {
  readonly tree: string;
  /** The clone whose base says whether files come from Git LFS; without it none do. */
  readonly bare?: Clone | undefined;
}

/** `read-tree` of files and index, whose progress people see. */
export async function layTree(repo: GitRepo, args: readonly string[], { bare, tree }: Laid): Promise<void> {
  const settings = bare === undefined ? [] : await bringObjects(bare, tree);
  await git(repo, ['read-tree', '-v', ...args, tree], { showsProgress: true, settings });
}

/**
 * Makes the files of a worktree in which nobody has worked yet those of the tree. Git writes its index last, so the tree
 * that is being laid is written down first: with it the next try knows which of the files are there, writes the others,
 * and deletes what belonged to another tree, of however many tries.
 */
export async function checkOut(repo: GitRepo, { bare, tree }: Laid): Promise<void> {
  const index = repo.indexFile as string;
  const note = noteOf(index);
  const settings = bare === undefined ? [] : await bringObjects(bare, tree);
  await removeDeadLock(`${index}.lock`);
  const begun = (await readIfThere(note))?.split('\n') ?? [];
  const hasIndex = existsSync(index);
  await replaceFile(note, [...new Set([...begun, tree])].join('\n'));
  if (hasIndex || begun.length === 0) await lay(repo, { bare, tree }, settings);
  // With the index of each other tree, git deletes what that one has left.
  for (const one of hasIndex ? begun.filter((each) => each !== tree) : begun) {
    await git(repo, ['read-tree', one]);
    await lay(repo, { bare, tree }, settings);
  }
  await rm(note, { force: true });
}

async function lay(repo: GitRepo, laid: Laid, settings: readonly string[]): Promise<void> {
  if (existsSync(repo.indexFile as string)) {
    // Reads the files that are there; its exit code says that others are missing.
    await gitResult(repo, ['update-index', '-q', '--refresh'], { mayRefreshIndex: true, settings });
  }
  await layTree(repo, ['--reset', '-u'], laid);
}

/** Forgets what lies there, as far as this is told by an index. */
export async function forgetIndex({ indexFile = '' }: GitRepo): Promise<void> {
  await Promise.all([indexFile, noteOf(indexFile)].map((file) => rm(file, { force: true })));
}

const noteOf = (index: string): string => `${index}.tree`;

/**
 * A git that was killed leaves its lock, and one that outlived its worker process still writes: it has the lock open,
 * and is waited for. Where the system does not tell who has what open, the lock's age decides when git meets it.
 */
export async function removeDeadLock(lock: string): Promise<void> {
  if (process.platform !== 'linux' || !existsSync(lock)) return;
  if (isOpen(lock)) throw passingFailure('GitFailed', `Another git still holds ${lock}; wait for its end`);
  await rm(lock, { force: true });
}

function isOpen(path: string): boolean {
  return processes().some((pid) => openFiles(pid).includes(path));
}

const processes = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

function openFiles(pid: string): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).map((fd) => readlinkSync(`${folder}/${fd}`));
  } catch {
    // It has ended, or is another user's.
    return [];
  }
}
