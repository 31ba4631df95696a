/** Pinned texts, read once: a hash names its text for good. */
import type { Database } from '../../db/connection.ts';
import { readPin } from '../../db/reads/model-input.ts';

/** Prompts of a few repositories and purposes; each has some tens of kilobytes. */
const MOST_KEPT = 30;

/** Returns a reader that keeps the texts that were read last. One that is not pinned yet is looked for each time. */
export function createPinReader(db: Database): (hash: string) => Promise<string | undefined> {
  const kept = new Map<string, string>();
  return async (hash) => {
    const known = kept.get(hash);
    const text = known ?? (await readPin(db, hash));
    if (text === undefined) return undefined;
    kept.delete(hash);
    kept.set(hash, text);
    const [oldest] = kept.size > MOST_KEPT ? kept.keys() : [];
    if (oldest !== undefined) kept.delete(oldest);
    return text;
  };
}
