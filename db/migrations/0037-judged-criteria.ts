/** What reviews found about acceptance criteria: evidence of a commit, beside what checks found. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table judged_criteria (
      epic_id text not null,
      task_key text not null,
      commit_sha text not null,
      -- Counted from 1, as the review was given them.
      criterion integer not null,
      tree_sha text not null,
      -- The criterion as it was then: the task's may be edited.
      text text not null,
      verdict text not null check (verdict in ('met', 'not_met', 'not_checkable')),
      how text not null,
      note text not null,
      -- What its reviewer did to know it: ran the command, read the place, or only said so.
      proof text not null check (proof in ('ran', 'read', 'said')),
      -- Of the command, where it was run; null where it was not, or when nobody knows.
      exit_code integer,
      -- The agent; null where its transcript is gone.
      reviewer text,
      -- The turn in which it ran or read that.
      turn integer,
      recorded_at timestamptz not null default clock_timestamp(),
      primary key (epic_id, task_key, commit_sha, criterion)
    );

    create function note_change_of_judged_criteria() returns trigger language plpgsql as $$
    begin
      if (select at from changes order by xid desc, id desc limit 1) > clock_timestamp() - interval '100 milliseconds' then
        null; -- Readers are awake.
      else
        notify factory_changes;
      end if;
      insert into changes (kind, entity_id, epic_id, task_key)
        values ('evidence', new.epic_id || '.' || new.task_key, new.epic_id, new.task_key);
      return null;
    end $$;
    create trigger judged_criteria_written after insert or update on judged_criteria
      for each row execute function note_change_of_judged_criteria();
  `.execute(db);
}
