/** JSON columns: node-postgres would send a JavaScript array as a PostgreSQL array, so values go as text. */
import { type RawBuilder, sql } from 'kysely';
import type { Json } from './schema.ts';
import { storableJson } from './text.ts';

export const json = <T>(value: T): RawBuilder<T> => sql<T>`${storableJson(value)}::jsonb`;

/** The same for a value that may be missing: SQL's null, not JSON's. */
export const optionalJson = (value: unknown): RawBuilder<Json> | null =>
  value === undefined ? null : sql<Json>`${storableJson(value)}::jsonb`;
