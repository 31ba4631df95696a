/** Paths that an agent gives, resolved so that nothing outside its worktree is read or written through a link. */
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { inFolder } from './edit-folder.ts';
import { EditRefused } from './edit-text.ts';

export interface ResolvedPath {
  /** The worktree, without any link in it. */
  readonly root: string;
  /** The folders from there, without any link when they were looked at; the last ones may not exist yet. */
  readonly folders: readonly string[];
  /** The last part; "." for the worktree itself. */
  readonly name: string;
  /** From the worktree, for messages. */
  readonly shown: string;
}

const LONGEST_PATH_BYTES = 3_000;

/** Resolves a path that is absolute within the worktree, or relative to it. */
export async function resolvePath(worktree: string, path: string): Promise<ResolvedPath> {
  if (path.includes('\0')) throw new EditRefused('A path cannot contain NUL.');
  // Part by part the system would take a longer one, and then nobody could delete it by its path.
  if (Buffer.byteLength(resolve(worktree, path)) > LONGEST_PATH_BYTES) throw refusal(path, 'ENAMETOOLONG');
  const root = await realpath(worktree);
  const real = await realWay(isAbsolute(path) ? resolve(path) : resolve(worktree, path));
  if (real !== root && !real.startsWith(root + sep)) {
    throw new EditRefused(`${path} is not in your worktree. Give a path within ${worktree}, or relative to it.`);
  }
  const parts = relative(root, real).split(sep);
  // Also for a file system that does not tell upper case from lower.
  if (parts.some((part) => part.toLowerCase() === '.git')) {
    throw new EditRefused(`${path} belongs to git and is not yours to look into.`);
  }
  const name = parts.pop() || '.';
  return { root, folders: parts, name, shown: relative(root, real) || '.' };
}

/** The real path of the part that exists, and the rest as it is. A link that leads nowhere is refused, not followed. */
async function realWay(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || dirname(path) === path) throw refusal(path, code);
  }
  if ((await lstat(path).catch(() => undefined))?.isSymbolicLink()) {
    throw new EditRefused(`${path} is a link to something that does not exist.`);
  }
  return join(await realWay(dirname(path)), basename(path));
}

/** Opens what `placePath` found, and not what a link put in its place, or in its way, since then leads to. */
export async function openResolved({ root, folders, name, shown }: ResolvedPath): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    return await inFolder({ root, names: folders, make: false }, (folder) => open(`${folder}/${name}`, flags));
  } catch (error) {
    throw refusal(shown, (error as NodeJS.ErrnoException).code);
  }
}

function refusal(path: string, code: string | undefined): EditRefused {
  const reasons: Record<string, string> = {
    ENOENT: 'does not exist. Look at the folder with view, or make the file with create',
    ENOTDIR: 'has a file where a folder would have to be',
    ELOOP: 'is a link that leads in a circle or changed just now',
    EACCES: 'cannot be opened: permission denied',
    ENAMETOOLONG: 'is too long for a path',
  };
  return new EditRefused(`${path} ${reasons[code ?? ''] ?? `cannot be opened (${code})`}.`);
}
