/** Makes folders whose empty parents somebody else may remove at the same time. */
import { mkdir } from 'node:fs/promises';

const MOST_TRIES = 20;

/**
 * Makes the folder and its parents, and returns what `use` makes of it. The end of another task removes the epic's folder
 * while that is empty, perhaps just after it was made: `mkdir` reports that as ENOENT or ENOTDIR, and so it is tried again.
 * Fails with the error of the file system, as where a file stands in the way. Idempotent, as `use` has to be.
 */
export async function makeFolder<T = void>(
  folder: string,
  { mode, use = async () => undefined as T }: { readonly mode?: number; readonly use?: () => Promise<T> } = {},
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      await mkdir(folder, { recursive: true, ...(mode === undefined ? {} : { mode }) });
      return await use();
    } catch (error) {
      if (!isVanished(error) || tries >= MOST_TRIES) throw error;
    }
  }
}

const VANISHED: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR']);
const isVanished = (error: unknown): boolean => VANISHED.has((error as NodeJS.ErrnoException).code);
