/** Reading files that may not be there, such as notes of the factory's own. */
import { readFile } from 'node:fs/promises';

/** Undefined when there is none; a file that is there and cannot be read fails, since its absence means something else. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

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

const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);
