/** Removes half-written files of tries that were killed. Young ones stay: another try may still be writing them. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const DRAFT_IS_DEAD_MS = 600_000;

/** Removes drafts in a folder that nobody has written to for ten minutes. */
export async function removeDeadDrafts(folder: string, isDraft: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!isDraft(name)) continue;
    const draft = join(folder, name);
    const writtenAt = (await stat(draft).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (Date.now() - writtenAt > DRAFT_IS_DEAD_MS) await rm(draft, { force: true });
  }
}
