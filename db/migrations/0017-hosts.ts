/** Hosts that sign off or take no more work, the worker processes that serve them, and where the local forge is. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table hosts add column left_at timestamptz;
    alter table hosts add column refusal text;

    -- One row a worker process: a host has left when the last of its processes has.
    create table host_processes (
      host text not null references hosts (name) on delete cascade,
      process text not null,
      seen_at timestamptz not null default now(),
      primary key (host, process)
    );

    -- One row: the local forge is one folder, whichever machine looks at it.
    create table forge_home (
      singleton boolean primary key default true check (singleton),
      id text not null,
      host text not null,
      folder text not null,
      made_at timestamptz not null default now()
    );
  `.execute(db);
}
