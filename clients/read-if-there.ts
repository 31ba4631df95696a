/** Reading files that may not be there, such as notes of the factory's own. */
import { constants } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';

/** Undefined when there is none; a file that is there and cannot be read fails, since its absence means something else. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** Whether there is anything; what cannot be looked at is not there. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** A note that a power cut left empty or torn is as if it had never been written. */
export async function readNoteIfThere<Note>(path: string): Promise<Note | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Note;
  } catch {
    return undefined;
  }
}

const MOST_BYTES = 4 << 20;

/** The text of a plain file of at most `mostBytes`; undefined for a link, for what is larger, and where nothing can be read. */
export async function readPlainFile(path: string, mostBytes = MOST_BYTES): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (file === undefined) return undefined;
  try {
    const facts = await file.stat();
    return facts.isFile() && facts.size <= mostBytes ? await file.readFile('utf8') : undefined;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);
