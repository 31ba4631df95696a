/** A change of a file that is applied once: its journal keeps the file's hash before and after, and the answer. */
import { createHash } from 'node:crypto';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readNoteIfThere } from '../../clients/read-if-there.ts';
import { type BeginMark, writeJournal } from '../../clients/terminal/journal.ts';
import { inFolder } from './edit-folder.ts';
import { openResolved, type ResolvedPath } from './edit-path.ts';
import { EditRefused } from './edit-text.ts';

interface EditRecord {
  /** The hash before; null when there was no file. */
  readonly before: string | null;
  readonly after: string;
  readonly answer: string;
}

/**
 * Writes what `make` says and returns its answer. When the journal says that this was tried before, the file itself
 * tells whether it was done: then the answer of that time is returned. Marked without a journal, nobody can tell.
 */
export async function writeOnce(
  journalDir: string,
  file: ResolvedPath,
  mark: BeginMark,
  make: () => Promise<{ text: string; answer: string }>,
): Promise<string> {
  const record = await readRecord(journalDir);
  if (record === undefined && mark.isSet) {
    throw new EditRefused(`The edit of ${file.shown} was interrupted: it may or may not be applied. View the file.`);
  }
  const current = await hashOf(file);
  if (record !== undefined) {
    if (current === record.after) return record.answer;
    if (current !== record.before) {
      throw new EditRefused(`The edit of ${file.shown} was interrupted and the file has changed since. View it again.`);
    }
  }
  const { text, answer } = await make();
  if (record === undefined) {
    const edit: EditRecord = { before: current, after: hash(text), answer };
    await writeJournal(journalDir, { 'edit.json': JSON.stringify(edit) });
  }
  if (!mark.isSet) await mark.set();
  await replaceFile(file, text, draftName(basename(journalDir)));
  return answer;
}

/** Beside the file, since a rename stays in one folder. One that a kill left there is no part of the agent's work. */
const draftName = (call: string): string => `.${call}.factory-draft`;
export const isDraft = (path: string): boolean => /(?:^|\/)\.[\w-]+\.factory-draft$/.test(path);

const readRecord = (journalDir: string): Promise<EditRecord | undefined> =>
  readNoteIfThere<EditRecord>(join(journalDir, 'edit.json'));

/** Whole or not at all, with the file's own mode; a draft that a kill left behind is overwritten by the retry. */
async function replaceFile(
  { root, folders, name, shown }: ResolvedPath,
  text: string,
  draftName: string,
): Promise<void> {
  try {
    await inFolder({ root, names: folders, make: true }, async (folder) => {
      const [target, draft] = [`${folder}/${name}`, `${folder}/${draftName}`];
      const before = await lstat(target).catch(() => undefined);
      if (before !== undefined && !before.isFile()) throw new EditRefused(`${shown} is not a regular file.`);
      try {
        await rm(draft, { force: true });
        const handle = await open(draft, 'wx', before?.mode ?? 0o666);
        try {
          if (before !== undefined) await handle.chmod(before.mode & 0o777);
          await handle.writeFile(text);
        } finally {
          await handle.close();
        }
        // A new file in the place of the old one: another name of that one (a hard link) keeps what it had.
        await rename(draft, target);
      } catch (error) {
        await rm(draft, { force: true }).catch(() => {});
        throw error;
      }
    });
  } catch (error) {
    throw asRefusal(error, shown);
  }
}

/** What the model can do something about. A full disk is not among it. */
function asRefusal(error: unknown, shown: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'ELOOP') {
    return new EditRefused(`${shown} cannot be written: a file or link is where a folder would have to be.`);
  }
  // Only what moves folders while we are in them does that.
  if (code === 'ENOENT')
    return new EditRefused(`${shown} cannot be written: its folder was moved just now. Try again.`);
  return code === 'EACCES' || code === 'EROFS' || code === 'ENAMETOOLONG'
    ? new EditRefused(`${shown} cannot be written (${code}).`)
    : error;
}

async function hashOf(file: ResolvedPath): Promise<string | null> {
  const handle = await openResolved(file).catch(() => undefined);
  if (handle === undefined) return null;
  try {
    // Reading a pipe would wait for ever.
    return (await handle.stat()).isFile() ? hash(await handle.readFile()) : null;
  } finally {
    await handle.close();
  }
}

const hash = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
