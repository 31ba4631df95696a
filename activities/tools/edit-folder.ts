/**
 * The way to a file of the worktree, walked folder by folder without following a link, and held open: whatever is put
 * in a folder's place meanwhile, what is done through it happens in the very folder that was found.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Only Linux has paths that begin at an open folder; elsewhere the way is as safe as the look before it. */
const HAS_HANDLES = process.platform === 'linux';

/** Uses the folder `names` below `root`, which is made when `make` says so, as a path that cannot be led elsewhere. */
export async function inFolder<T>(
  { root, names, make }: { root: string; names: readonly string[]; make: boolean },
  use: (folder: string) => Promise<T>,
): Promise<T> {
  let handle: FileHandle = await open(root, FOLDER);
  let path = root;
  try {
    for (const name of names) {
      const next = join(pathOf(handle, path), name);
      if (make) await mkdir(next).catch(ignoreExisting);
      const opened = await open(next, FOLDER);
      await handle.close();
      handle = opened;
      path = join(path, name);
    }
    return await use(pathOf(handle, path));
  } finally {
    await handle.close();
  }
}

const pathOf = (handle: FileHandle, path: string): string => (HAS_HANDLES ? `/proc/self/fd/${handle.fd}` : path);

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
