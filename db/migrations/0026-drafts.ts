/** Answers while they are written, for screens: one row a transcript, replaced a few times a second. */
import { type Kysely, sql } from 'kysely';

/**
 * Unlogged, since a draft is worth nothing once its process or PostgreSQL has died: what is written so often then costs no
 * WAL, and no replica or archive carries it. Nothing refers to a transcript: its row would be locked with each turn.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create unlogged table drafts (
      transcript text primary key,
      turn integer not null,
      -- Of the turn, as in the ledger: a later call begins a new draft.
      call integer not null,
      blocks json not null,
      updated_at timestamptz not null default now()
    ) with (fillfactor = 50);

    -- Whose drafts somebody follows, for so long: those of others are written less often.
    create unlogged table draft_watches (
      transcript text primary key,
      until timestamptz not null
    );
  `.execute(db);
}
