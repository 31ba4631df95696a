/** What came from the tracker: deliveries that were taken, issues that became epics or why not, how far polling got. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- Deliveries of any sender that were taken; one that failed leaves no row, so that it may come again.
    create table webhook_deliveries (
      source text not null,
      delivery_id text not null,
      received_at timestamptz not null default now(),
      primary key (source, delivery_id)
    );
    create index webhook_deliveries_by_age on webhook_deliveries (received_at);

    create table tracker_issues (
      -- The tracker's own id, which stays when the issue moves to another team.
      issue_id text primary key,
      identifier text not null,
      title text not null,
      url text not null,
      outcome text not null check (outcome in ('taken', 'skipped')),
      reason text not null,
      looked_at timestamptz not null default now(),
      -- The newest epic of this issue: reopened after that ended, it becomes another.
      epic_id text,
      generation integer not null default 0,
      taken_at timestamptz,
      -- Of title and description as the epic got them.
      text_hash text,
      check ((generation > 0) = (epic_id is not null and taken_at is not null and text_hash is not null))
    );
    create index tracker_issues_by_epic on tracker_issues (epic_id) where epic_id is not null;
    create index tracker_issues_by_look on tracker_issues (looked_at);

    create table tracker_polls (
      tracker text primary key,
      seen_until timestamptz not null,
      -- What was passed on of the last moments before, which the next poll asks for again.
      passed text[] not null
    );
  `.execute(db);
}
