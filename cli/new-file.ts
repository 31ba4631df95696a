/** A file that a command writes: new, whole, and only under its name once it is whole. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { type CommandFailure, usageFailure } from './exit.ts';

export interface NewFile {
  readonly file: string;
  /** The option that names another one. */
  readonly option: string;
}

/** Source code and words of people are in recordings and exports. */
const OWNER_ONLY = 0o600;

/** Refuses a name that is taken, before anything is done for it. */
export async function requireNew(wanted: NewFile): Promise<void> {
  const isThere = await access(wanted.file, constants.F_OK).then(
    () => true,
    () => false,
  );
  if (isThere) throw isThereAlready(wanted);
}

/** Returns what `write` returns; without a whole file nothing is left behind. */
export async function writeNew<Result>(
  wanted: NewFile,
  write: (handle: FileHandle) => Promise<Result>,
): Promise<Result> {
  const { file } = wanted;
  const unfinished = `${file}.${randomUUID().slice(0, 8)}.part`;
  const handle = await open(unfinished, 'wx', OWNER_ONLY).catch((error: Error) => {
    throw usageFailure(`${file} cannot be written: ${error.message}`);
  });
  try {
    const result = await write(handle).finally(() => handle.close());
    await publish(unfinished, wanted);
    return result;
  } finally {
    await rm(unfinished, { force: true });
  }
}

const isThereAlready = ({ file, option }: NewFile): CommandFailure =>
  usageFailure(`${file} is there already; remove it, or name another file with ${option}`);

/** Gives the file its name, unless somebody made one of that name meanwhile. */
async function publish(unfinished: string, wanted: NewFile): Promise<void> {
  try {
    await link(unfinished, wanted.file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw isThereAlready(wanted);
    // Not every file system has hard links.
    await requireNew(wanted);
    await rename(unfinished, wanted.file);
  }
}
