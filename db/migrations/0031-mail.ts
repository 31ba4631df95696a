/** Mail between agents and people, and what people say to agents at work. The table of 0002 was never written to. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop table mail;

    create table mail (
      -- Its sender's transcript and tool call, or the Idempotency-Key that the API was given.
      id text primary key,
      -- The order in which it is delivered, and how people name it.
      number bigint generated always as identity unique,
      epic_id text not null,
      -- 'mail' is data for whoever reads it; 'word' is what a person says to agents at work.
      kind text not null check (kind in ('mail', 'word')),
      -- An address: supervisor, orchestrator, human, task/<key>, review/<key>; 'epic' receives words only.
      sender text not null,
      -- The person, where the sender is human.
      sender_name text,
      sender_transcript text,
      recipient text not null,
      subject text not null,
      body text not null,
      -- The number of the mail that this one answers.
      reply_to bigint,
      await_reply boolean not null default false,
      -- The ids under which the same was sent again.
      repeated_by text[] not null default '{}',
      sent_at timestamptz not null default now(),
      last_sent_at timestamptz not null default now(),
      -- When a person was done with it, of mail to people.
      read_at timestamptz,
      read_by text,
      -- Its recipient ended before it was read.
      lapsed_at timestamptz,
      check ((read_at is null) = (read_by is null))
    );
    create index mail_by_recipient on mail (epic_id, recipient, number);
    create index mail_for_people on mail (number) where read_at is null and recipient in ('human', 'supervisor');

    -- Written in the statement that stores the answer of the turn. A transcript reads a mail once; a fork shares what came
    -- before the turn that it was forked at.
    create table mail_deliveries (
      mail bigint not null references mail (number) on delete cascade,
      transcript text not null references transcripts (id) on delete cascade,
      turn integer not null,
      delivered_at timestamptz not null default now(),
      primary key (mail, transcript)
    );
    create index mail_deliveries_by_transcript on mail_deliveries (transcript, turn);

    -- Workflows that were called for mail and have not looked since: one call is enough.
    create table mail_calls (
      workflow_id text primary key,
      called_at timestamptz not null default now()
    );

    create function note_change_of_mail() returns trigger language plpgsql as $$
    begin
      if (select at from changes order by xid desc, id desc limit 1) > clock_timestamp() - interval '100 milliseconds' then
        null; -- Readers are awake.
      else
        notify factory_changes;
      end if;
      insert into changes (kind, entity_id, epic_id, task_key)
      select 'mail', new.number::text, new.epic_id, nullif(split_part(new.recipient, '/', 2), '');
      return null;
    end $$;
    create trigger mail_added after insert on mail for each row execute function note_change_of_mail();
    create trigger mail_changed after update on mail
      for each row when (old.* is distinct from new.*) execute function note_change_of_mail();
  `.execute(db);
}
