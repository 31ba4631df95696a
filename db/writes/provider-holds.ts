/** When a provider's quota opens again: one row that every model call reads, and that ends by itself. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/** Holds all calls of a model until then; a hold that ends later stays. */
export async function writeProviderHold(
  db: Database,
  hold: { provider: string; model: string; until: Date; reason: string },
): Promise<void> {
  await db
    .insertInto('provider_holds')
    .values(hold)
    .onConflict((conflict) =>
      conflict
        .columns(['provider', 'model'])
        .doUpdateSet({ until: hold.until, reason: hold.reason })
        .where(sql<boolean>`provider_holds.until < excluded.until`),
    )
    .execute();
}
