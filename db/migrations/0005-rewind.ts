/** Going back to an earlier turn: transcripts that go on from another one, and the turns whose files were kept. */
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
  `.execute(db);
}
