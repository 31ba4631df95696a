/** Going back to an earlier turn: forked transcripts, and the turns whose files were kept. Also: claims that come late. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table transcripts
      add column forked_from text references transcripts (id) on delete cascade,
      -- The last turn that it shares with the one that it was forked from.
      add column at_turn integer check (at_turn > 0),
      add check ((forked_from is null) = (at_turn is null));

    -- The commit on the task's checkpoint chain that holds the files as they were after the turn.
    alter table agent_turns add column checkpoint text;

    -- When the claim that was granted last was asked for, by Temporal's clock.
    alter table placements add column claimed_at timestamptz;
  `.execute(db);
}
