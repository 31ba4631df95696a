/** JSON columns: node-postgres would send a JavaScript array as a PostgreSQL array, so values go as text. */
import { type RawBuilder, sql } from 'kysely';

export const json = <T>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`;
