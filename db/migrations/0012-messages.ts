/** Messages of people to epics: stored before they are acknowledged, settled once applied or refused. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table messages (
      epic_id text not null,
      -- The id of the update that carries it.
      id text not null,
      -- The order in which an epic's messages are delivered.
      position bigint generated always as identity,
      -- The update's wire name.
      name text not null,
      input jsonb not null,
      sent_at timestamptz not null default now(),
      -- {kind: 'applied', changed, message} or {kind: 'refused', code, message}
      outcome jsonb,
      settled_at timestamptz,
      primary key (epic_id, id),
      check ((outcome is null) = (settled_at is null))
    );
    create index messages_unsettled on messages (epic_id, position) where outcome is null;
  `.execute(db);
}
