/** The local forge's pull requests: what a host such as GitHub would keep. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table forge_pull_requests (
      repository text not null,
      number integer not null,
      head text not null,
      base text not null,
      title text not null,
      body text not null,
      state text not null default 'open' check (state in ('open', 'merged', 'closed')),
      head_sha text not null,
      merged_sha text,
      created_at timestamptz not null default now(),
      merged_at timestamptz,
      primary key (repository, number),
      unique (repository, head),
      check ((state = 'merged') = (merged_sha is not null))
    );

    create table forge_reviews (
      repository text not null,
      number integer not null,
      review_key text not null,
      head_sha text not null,
      verdict text not null check (verdict in ('approve', 'request_changes', 'comment')),
      summary text not null,
      comments jsonb not null,
      created_at timestamptz not null default now(),
      primary key (repository, number, review_key),
      foreign key (repository, number) references forge_pull_requests (repository, number) on delete cascade
    );

    create table forge_comments (
      repository text not null,
      number integer not null,
      comment_key text not null,
      body text not null,
      created_at timestamptz not null default now(),
      primary key (repository, number, comment_key),
      foreign key (repository, number) references forge_pull_requests (repository, number) on delete cascade
    );
  `.execute(db);
}
