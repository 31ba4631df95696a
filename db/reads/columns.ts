/** How columns become what screens are given: ISO times, US dollars, and JSON of known shape. */
import { type Expression, type RawBuilder, sql } from 'kysely';
import type { Failure } from '../../workflows/contract/records.ts';
import type { Hold } from '../../workflows/contract/states.ts';

export const isoTime = (time: Date): string => time.toISOString();
export const isoTimeOrNull = (time: Date | null): string | null => (time === null ? null : time.toISOString());

/** Money is kept in millionths of a dollar; PostgreSQL's sums of bigint come as text. */
export const usd = (microUsd: number | string | null): number => Number(microUsd ?? 0) / 1_000_000;

/** Why something waits and why it failed: written by records of these types. */
export const waiting = (row: { readonly hold: unknown; readonly failure: unknown }) => ({
  hold: row.hold as Hold | null,
  failure: row.failure as Failure | null,
});

/** The last `length` characters: of a log the end tells what went wrong. */
export const tail = (text: Expression<string>, length: number): RawBuilder<string> =>
  sql<string>`right(${text}, ${sql.lit(length)})`;
