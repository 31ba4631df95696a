/** What is pinned for epics, by the hash of its text: prompts with their tools, and policies. */
import { createHash } from 'node:crypto';
import type { Database } from '../connection.ts';

/** Stores the text once and returns its hash. */
export async function writePin(db: Database, kind: 'agent' | 'policy', content: string): Promise<string> {
  const hash = createHash('sha256').update(kind).update('\0').update(content).digest('hex');
  await db
    .insertInto('pins')
    .values({ hash, kind, content })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
  return hash;
}
