/** Deliveries that were taken, so that one that comes again changes nothing. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/** Remembers the names of one delivery; what is older than any sender repeats is forgotten. Idempotent. */
export async function rememberDelivery(db: Database, source: string, names: readonly string[]): Promise<void> {
  await db
    .insertInto('webhook_deliveries')
    .values(names.map((delivery_id) => ({ source, delivery_id })))
    .onConflict((conflict) => conflict.columns(['source', 'delivery_id']).doNothing())
    .execute();
  await db.deleteFrom('webhook_deliveries').where('received_at', '<', sql<Date>`now() - interval '7 days'`).execute();
}
