/** Attributes of files as a commit's .gitattributes have them, read without a checkout. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitFailure } from './failures.ts';
import { type GitRepo, git, gitResult } from './git.ts';

/** Runs `work` with an index of the commit or tree, which is how its attributes are read: git 2.40 is the first to take a commit. */
export async function withIndex<T>({ gitDir, signal }: GitRepo, tree: string, work: (index: GitRepo) => Promise<T>) {
  const folder = await mkdtemp(join(tmpdir(), 'factory-index-'));
  try {
    // With a work tree, an empty one, no git takes the attributes of HEAD instead.
    const index = { gitDir, workTree: folder, indexFile: join(folder, 'index'), signal };
    await git(index, ['read-tree', tree]);
    return await work(index);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The value of an attribute by path: `set`, `unset` or what the line says; paths that it does not name are left out.
 * Looks for the attribute's name first, since most commits have none of it.
 */
export async function readAttribute(
  repo: GitRepo,
  commit: string,
  { attribute, paths }: { readonly attribute: string; readonly paths: readonly string[] },
): Promise<Map<string, string>> {
  const find = ['grep', '--quiet', '-I', '-F', '-e', attribute, commit, '--', ':(glob)**/.gitattributes'];
  const { exitCode, stderr } = await gitResult(repo, find);
  if (exitCode > 1) throw gitFailure(find, exitCode, stderr);
  if (exitCode === 1 || paths.length === 0) return new Map();
  return await withIndex(repo, commit, async (index) => {
    const input = paths.map((path) => `${path}\0`).join('');
    const fields = (await git(index, ['check-attr', '--cached', '-z', '--stdin', attribute], { input })).split('\0');
    const values = new Map<string, string>();
    for (let at = 0; at + 2 < fields.length; at += 3) {
      const value = fields[at + 2] ?? '';
      if (value !== 'unspecified') values.set(fields[at] ?? '', value);
    }
    return values;
  });
}
