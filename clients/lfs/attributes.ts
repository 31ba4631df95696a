/** Which files git is to keep as objects of Git LFS: by the .gitattributes of a commit, read without a checkout. */
import { randomUUID } from 'node:crypto';
import { withIndex } from '../git/attributes.ts';
import { gitFailure } from '../git/failures.ts';
import { type GitRepo, git, gitResult } from '../git/git.ts';
import { MOST_POINTER_BYTES, type Pointer, readPointer } from './pointer.ts';

/** A file that is given to LFS; without a pointer where the commit has its content itself. */
export interface LfsFile {
  readonly path: string;
  readonly pointer: Pointer | undefined;
}

/** Facts of commits and trees, which do not change. */
function remember<T>(most: number, read: (repo: GitRepo, commit: string) => Promise<T>) {
  const known = new Map<string, T>();
  return async (repo: GitRepo, commit: string): Promise<T> => {
    const key = `${repo.gitDir} ${commit}`;
    const there = known.get(key);
    if (there !== undefined) return there;
    const found = await read(repo, commit);
    if (known.size >= most) known.clear();
    known.set(key, found);
    return found;
  };
}

/** Whether a commit or tree names LFS in any of its .gitattributes. */
export const namesLfs = remember(1_000, async ({ gitDir, signal }, commit) => {
  const args = ['grep', '--quiet', '-I', '-E', '-e', 'filter=lfs', commit, '--', ':(glob)**/.gitattributes'];
  const { exitCode, stderr } = await gitResult({ gitDir, signal }, args);
  if (exitCode > 1) throw gitFailure(args, exitCode, stderr);
  return exitCode === 0;
});

/** The files of a commit or tree that its own attributes give to LFS. */
export const listLfsFiles = remember(100, async (repo, tree): Promise<readonly LfsFile[]> => {
  if (!(await namesLfs(repo, tree))) return [];
  return await withIndex(repo, tree, async (index) => {
    const blobs = await listBlobs(repo, tree);
    const found = await chooseLfs(index, [...blobs.keys()]);
    const pointers = await readPointers(
      repo,
      found.map((path) => blobs.get(path) as string),
    );
    return found.map((path) => ({ path, pointer: pointers.get(blobs.get(path) as string) }));
  });
});

/** Returns those of `paths` that the attributes of a commit put into LFS, whether the commit has them or not. */
export async function chooseLfsBy(repo: GitRepo, commit: string, paths: readonly string[]): Promise<Set<string>> {
  if (paths.length === 0 || !(await namesLfs(repo, commit))) return new Set();
  return new Set(await withIndex(repo, commit, (index) => chooseLfs(index, paths)));
}

/** The same by the files of a worktree as they are now. */
export const chooseLfsHere = async (repo: GitRepo, paths: readonly string[]): Promise<Set<string>> =>
  new Set(paths.length === 0 ? [] : await chooseLfs(repo, paths, []));

async function chooseLfs(repo: GitRepo, paths: readonly string[], options = ['--cached']): Promise<string[]> {
  const input = paths.map((path) => `${path}\0`).join('');
  const fields = (await git(repo, ['check-attr', ...options, '-z', '--stdin', 'filter'], { input })).split('\0');
  const found: string[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) if (fields[at + 2] === 'lfs') found.push(fields[at] ?? '');
  return found;
}

/** The object of each plain file of a commit or tree: links and submodules are never given to LFS, whatever their names. */
export async function listBlobs({ gitDir, signal }: GitRepo, tree: string): Promise<Map<string, string>> {
  const lines = (await git({ gitDir, signal }, ['ls-tree', '-r', '-z', tree])).split('\0');
  return new Map(
    lines.flatMap((line) => {
      const [, blob, path] = /^100\d{3} blob ([0-9a-f]{40})\t(.+)$/s.exec(line) ?? [];
      return blob === undefined || path === undefined ? [] : [[path, blob] as const];
    }),
  );
}

/** Reads the objects that are pointers. */
export async function readPointers({ gitDir, signal }: GitRepo, objects: readonly string[]) {
  const repo = { gitDir, signal };
  const pointers = new Map<string, Pointer>();
  const sizes = await readObjects(repo, '--batch-check=%(objectname) %(objecttype) %(objectsize)', objects);
  const small = sizes.split('\n').flatMap((line) => {
    const [name = '', type, size] = line.split(' ');
    return type === 'blob' && Number(size) <= MOST_POINTER_BYTES ? [name] : [];
  });
  // Sizes do not help to cut the output: what is no text has another length when it is read as one. No file knows the mark.
  const mark = randomUUID();
  const content = await readObjects(repo, `--batch=${mark} %(objectname)`, small);
  for (const part of `\n${content.slice(0, -1)}`.split(`\n${mark} `).slice(1)) {
    const end = part.indexOf('\n');
    const pointer = readPointer(part.slice(end + 1));
    if (pointer !== undefined) pointers.set(part.slice(0, end), pointer);
  }
  return pointers;
}

async function readObjects(repo: GitRepo, format: string, objects: readonly string[]): Promise<string> {
  if (objects.length === 0) return '';
  const input = [...new Set(objects)].map((object) => `${object}\n`).join('');
  return await git(repo, ['cat-file', format], { input });
}
