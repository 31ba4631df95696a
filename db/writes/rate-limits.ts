/** What is left of a forge's rate limit: one row a host, which all worker processes read before they call. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

export interface RateLimit {
  readonly quota: number;
  readonly remaining: number;
  readonly resetsAt: Date;
}

/** Keeps the lowest remainder that any process saw in a window, since answers overtake each other. */
export async function writeRateLimit(db: Database, host: string, limit: RateLimit): Promise<void> {
  const { quota, remaining, resetsAt: resets_at } = limit;
  await db
    .insertInto('forge_rate_limits')
    .values({ host, quota, remaining, resets_at })
    .onConflict((conflict) =>
      conflict
        .column('host')
        .doUpdateSet({ quota, remaining, resets_at })
        .where(
          sql<boolean>`excluded.resets_at > forge_rate_limits.resets_at
            or (excluded.resets_at = forge_rate_limits.resets_at and excluded.remaining < forge_rate_limits.remaining)`,
        ),
    )
    .execute();
}

/** Keeps all processes from calling the host until then; a silence that ends later stays. */
export async function writeSilence(db: Database, host: string, until: Date): Promise<void> {
  await db
    .insertInto('forge_rate_limits')
    .values({ host, quota: 0, remaining: 0, resets_at: new Date(0), silent_until: until })
    .onConflict((conflict) =>
      conflict.column('host').doUpdateSet({
        silent_until: sql`greatest(forge_rate_limits.silent_until, excluded.silent_until)`,
      }),
    )
    .execute();
}
