/** The tests that ran in checks, by the hash of what is told of them. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Database } from '../connection.ts';
import { storableJson } from '../text.ts';

const compress = promisify(gzip);

/** Stores the value once and returns its hash. Idempotent. */
export async function writeTestRuns(db: Database, value: unknown): Promise<string> {
  const text = storableJson(value);
  const hash = createHash('sha256').update(text).digest('hex');
  const report = await compress(text);
  await db
    .insertInto('test_runs')
    .values({ hash, report })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
  return hash;
}
