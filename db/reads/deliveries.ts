/** Whether a delivery was taken before. */
import type { Database } from '../connection.ts';

/** Whether a delivery was stored before, under any of its names. */
export async function isKnownDelivery(db: Database, source: string, names: readonly string[]): Promise<boolean> {
  const known = await db
    .selectFrom('webhook_deliveries')
    .select('delivery_id')
    .where('source', '=', source)
    .where('delivery_id', 'in', names)
    .executeTakeFirst();
  return known !== undefined;
}
