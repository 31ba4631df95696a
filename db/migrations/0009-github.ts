/** What is known of GitHub between two looks: rate limits, and the last list of pull requests. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table forge_rate_limits (
      host text primary key,
      quota integer not null,
      remaining integer not null,
      resets_at timestamptz not null,
      -- GitHub asked everybody to be silent until then.
      silent_until timestamptz
    );

    create table forge_polls (
      repository text primary key,
      etag text,
      -- Of each pull request what it was when somebody was last told: number, and a mark that changes with it.
      seen jsonb not null default '{}',
      polled_at timestamptz not null default now()
    );
  `.execute(db);
}
