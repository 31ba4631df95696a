/** The one way to PostgreSQL. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { DB } from './schema.ts';
import { type Clean, StorableText } from './text.ts';

export type Database = Kysely<DB>;

// Counts, identities and money in millionths of a dollar stay far below 2^53.
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * Opens a pool; `destroy()` closes it. A broken idle connection is reported to `onError` and replaced by the pool. No text
 * is stored but as `clean` returns it.
 */
export function connect(
  databaseUrl: string,
  options: { max?: number; onError?: (error: Error) => void; clean?: Clean } = {},
): Database {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.max ?? 10,
    types,
    connectionTimeoutMillis: 5_000,
  });
  pool.on('error', options.onError ?? (() => {}));
  // One that breaks between two statements of a transaction fails the next of them; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }), plugins: [new StorableText(options.clean)] });
}
