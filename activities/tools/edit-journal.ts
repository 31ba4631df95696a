/** A change of a file that is applied once: its journal keeps the file's hash before and after, and the answer. */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BeginMark, writeJournal } from '../terminal/journal.ts';
import type { PlacedPath } from './edit-path.ts';
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
  file: PlacedPath,
  mark: BeginMark,
  make: () => Promise<{ text: string; answer: string }>,
): Promise<string> {
  const record = await readRecord(journalDir);
  if (record === undefined && mark.isSet) {
    throw new EditRefused(`The edit of ${file.shown} was interrupted: it may or may not be applied. View the file.`);
  }
  const current = await hashOf(file.real);
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
  await replaceFile(file, text, `.${basename(journalDir)}.tmp`);
  return answer;
}

async function readRecord(journalDir: string): Promise<EditRecord | undefined> {
  const text = await readFile(join(journalDir, 'edit.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as EditRecord);
}

/** Whole or not at all, with the file's own mode; a draft that a kill left behind is overwritten by the retry. */
async function replaceFile(file: PlacedPath, text: string, draftName: string): Promise<void> {
  const folder = dirname(file.real);
  const draft = join(folder, draftName);
  try {
    const before = await stat(file.real).catch(() => undefined);
    if (before !== undefined && !before.isFile()) throw new EditRefused(`${file.shown} is not a regular file.`);
    await mkdir(folder, { recursive: true });
    await rm(draft, { force: true });
    const handle = await open(draft, 'wx', before?.mode ?? 0o666);
    try {
      if (before !== undefined) await handle.chmod(before.mode & 0o7777);
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
    await rename(draft, file.real);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw asRefusal(error, file);
  }
}

/** What the model can do something about. A full disk is not among it. */
function asRefusal(error: unknown, file: PlacedPath): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new EditRefused(`${file.shown} cannot be written: a file is where a folder would have to be.`);
  }
  return code === 'EACCES' || code === 'EROFS' || code === 'ENAMETOOLONG'
    ? new EditRefused(`${file.shown} cannot be written (${code}).`)
    : error;
}

async function hashOf(path: string): Promise<string | null> {
  const stats = await stat(path).catch(() => undefined);
  // Reading a pipe would wait for ever.
  return stats?.isFile() ? hash(await readFile(path)) : null;
}

const hash = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
