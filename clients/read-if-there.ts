/** Reads a file that may not be there, such as a note of the factory's own. */
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

const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);
