/** Judges changes to files of Git LFS: the base's .gitattributes say which those are, and a pointer must lead to an object. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gitFailure } from '../../clients/git/failures.ts';
import { type GitRepo, gitResult } from '../../clients/git/git.ts';
import { MOST_READ, readIndex } from '../../clients/git/index-file.ts';
import type { Clone } from '../../clients/git/repository.ts';
import { readNote } from '../../clients/git/snapshot-index.ts';
import { chooseLfsBy, chooseLfsHere, listBlobs, listLfsFiles, namesLfs } from '../../clients/lfs/attributes.ts';
import { isKnownObject } from '../../clients/lfs/host-objects.ts';
import { MOST_POINTER_BYTES, readPointer } from '../../clients/lfs/pointer.ts';
import { readPlainFile } from '../../clients/read-if-there.ts';
import type { Worktree } from '../worktree/worktree-state.ts';

export interface JudgedFiles {
  /** Files whose content becomes an object, whatever their size. */
  readonly stored: ReadonlySet<string>;
  /** Why a file must not be in a commit. */
  readonly problems: ReadonlyMap<string, string>;
}

/** Judges changed files of a worktree whose base uses LFS. */
export async function judgeFiles({ bare, repo, path: root }: Worktree, changed: readonly string[]) {
  const own = await chooseLfsHere(repo, changed);
  const stored = await chooseLfsBy(bare, bare.base?.sha ?? '', [...own]);
  const problems = new Map<string, string>();
  for (const path of own) {
    const pointer = readPointer((await readPlainFile(join(root, path), MOST_POINTER_BYTES)) ?? '');
    if (pointer === undefined || (await isKnownObject(bare, pointer))) continue;
    problems.set(path, 'a pointer of Git LFS to an object that is nowhere; write the file itself');
  }
  return { stored, problems };
}

/**
 * The files of a tree that its own .gitattributes give to LFS and the base's do not, or the reverse, each with the reason:
 * in a clone of such a commit they would look changed, or lie in git's own history in full.
 */
export async function findDisagreements({ bare, snapshots }: Worktree, tree: string): Promise<string[]> {
  const base = bare.base?.sha;
  if (base === undefined) return [];
  const isPlain = !(await namesLfs(plain(bare), base)) && (await hasNoAttributes(snapshots, tree));
  if (isPlain || (await hasSameAttributes(bare, base, tree))) return [];
  const own = new Set((await listLfsFiles(bare, tree)).map(({ path }) => path));
  const paths = [...(await listBlobs(bare, tree)).keys()];
  const ofBase = await chooseLfsBy(bare, base, paths);
  return paths.flatMap((path) => {
    if (own.has(path) === ofBase.has(path)) return [];
    const what = own.has(path) ? 'given to' : 'taken out of';
    return [`${path} (${what} Git LFS by the .gitattributes of the task, not by those of the base branch)`];
  });
}

/** True when the index that snapshots are taken with holds the tree, and no .gitattributes; false when that is not known. */
async function hasNoAttributes(snapshots: GitRepo, tree: string): Promise<boolean> {
  if ((await readNote(snapshots))?.tree !== tree) return false;
  const content = await readFile(snapshots.indexFile as string).catch(() => undefined);
  const entries = content === undefined ? undefined : readIndex(content, MOST_READ);
  return entries !== undefined && [...entries.keys()].every((path) => basename(path) !== '.gitattributes');
}

async function hasSameAttributes(bare: Clone, base: string, tree: string): Promise<boolean> {
  const args = ['diff-tree', '-r', '--quiet', base, tree, '--', ':(glob)**/.gitattributes'];
  const { exitCode, stderr } = await gitResult(plain(bare), args);
  if (exitCode > 1) throw gitFailure(args, exitCode, stderr);
  return exitCode === 0;
}

const plain = ({ gitDir, signal }: Clone): GitRepo => ({ gitDir, signal });
