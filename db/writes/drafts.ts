/** Drafts: what a model has said so far of an answer that is not stored yet. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { AsWritten } from '../text.ts';
import type { Call } from './ledger.ts';

export type DraftBlock =
  | {
      /** Its place in the answer. */
      readonly index: number;
      readonly kind: 'text' | 'thinking';
      /** How many characters at its beginning are left out. */
      readonly offset: number;
      readonly text: string;
    }
  /** A tool call that is being written: its input counts, and is not shown before it is whole. */
  | { readonly index: number; readonly kind: 'call'; readonly name: string; readonly characters: number };

/** A draft that was not written for so long is of a dead process. */
const KEPT_MINUTES = 5;

/**
 * Replaces the transcript's draft, unless a later call has one or the answer is stored. Returns whether somebody follows.
 * Stored as it is: it has no secrets any more, and its offsets count.
 */
export async function writeDraft(
  db: Database,
  { transcript, turn, call }: Call,
  blocks: readonly DraftBlock[],
): Promise<boolean> {
  const { rows } = await sql<{ isWatched: boolean }>`
    insert into drafts (transcript, turn, call, blocks)
    select ${transcript}::text, ${turn}::int, ${call}::int, ${new AsWritten(blocks)}::json
    where not exists (select from agent_turns where transcript = ${transcript} and turn = ${turn})
    on conflict (transcript) do update
      set turn = excluded.turn, call = excluded.call, blocks = excluded.blocks, updated_at = excluded.updated_at
      where (drafts.turn, drafts.call) <= (excluded.turn, excluded.call)
    returning exists (select from draft_watches where transcript = ${transcript} and until > now()) as "isWatched"
  `.execute(db);
  return rows[0]?.isWatched ?? false;
}

/** Says that somebody follows these transcripts, for some seconds from now on. Idempotent. */
export async function watchDrafts(db: Database, transcripts: readonly string[], seconds: number): Promise<void> {
  await sql`
    insert into draft_watches (transcript, until)
    select distinct id, now() + make_interval(secs => ${seconds}::int) from unnest(${transcripts}::text[]) as id order by id
    on conflict (transcript) do update set until = excluded.until
  `.execute(db);
}

/** Idempotent. The draft of a later call stays. */
export async function removeDraft(db: Database, call: Call): Promise<void> {
  await removingDraft(db, call).execute();
}

/** The statement of removeDraft. */
export const removingDraft = (db: Database, { transcript, turn, call }: Call) =>
  db
    .deleteFrom('drafts')
    .where('transcript', '=', transcript)
    .where(sql<boolean>`(turn, call) <= (${turn}::int, ${call}::int)`);

/** Removes what dead processes left, and who followed. Idempotent; nobody is shown it anyway. */
export async function sweepDrafts(db: Database, keptMinutes = KEPT_MINUTES): Promise<void> {
  await sql`delete from drafts where updated_at < now() - make_interval(mins => ${keptMinutes}::int)`.execute(db);
  await sql`delete from draft_watches where until < now()`.execute(db);
}
