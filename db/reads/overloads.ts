/** How long a model has been overloaded. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/** How long ago calls of the model met it first and last, by the database's clock; undefined without an overload. */
export async function readOverload(
  db: Database,
  { provider, model }: { readonly provider: string; readonly model: string },
) {
  return db
    .selectFrom('model_overloads')
    .select([
      sql<number>`extract(epoch from now() - since)::float8`.as('sinceSeconds'),
      sql<number>`extract(epoch from now() - last_at)::float8`.as('lastSeconds'),
    ])
    .where('provider', '=', provider)
    .where('model', '=', model)
    .executeTakeFirst();
}
