/** Paths that an agent gives, resolved so that nothing outside its worktree is read or written through a link. */
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { EditRefused } from './edit-text.ts';

export interface PlacedPath {
  /** Without any link in it; the last parts may not exist yet. */
  readonly real: string;
  /** From the worktree, for messages. */
  readonly shown: string;
}

/** Resolves a path that is absolute within the worktree, or relative to it. */
export async function placePath(worktree: string, path: string): Promise<PlacedPath> {
  if (path.includes('\0')) throw new EditRefused('A path cannot contain NUL.');
  const root = await realpath(worktree);
  const real = await realWay(isAbsolute(path) ? resolve(path) : resolve(worktree, path));
  if (real !== root && !real.startsWith(root + sep)) {
    throw new EditRefused(`${path} is not in your worktree. Give a path within ${worktree}, or relative to it.`);
  }
  const shown = relative(root, real);
  if (shown.split(sep).includes('.git')) throw new EditRefused(`${path} belongs to git and is not yours to look into.`);
  return { real, shown: shown === '' ? '.' : shown };
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

/** Opens what `placePath` found, and not what a link put in its place since then leads to. */
export async function openPlaced(path: PlacedPath): Promise<FileHandle> {
  try {
    return await open(path.real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw refusal(path.shown, (error as NodeJS.ErrnoException).code);
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
