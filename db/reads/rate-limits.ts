/** What is left of a forge's rate limit. */
import type { Database } from '../connection.ts';

export async function readRateLimit(db: Database, host: string) {
  const row = await db.selectFrom('forge_rate_limits').selectAll().where('host', '=', host).executeTakeFirst();
  return (
    row && {
      quota: row.quota,
      remaining: row.remaining,
      resetsAt: row.resets_at,
      silentUntil: row.silent_until ?? undefined,
    }
  );
}
