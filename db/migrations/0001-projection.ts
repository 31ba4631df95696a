/**
 * The projection: what people's screens read, and what can be written again from Temporal.
 * A row belongs to one execution; (generation, version) orders its writes, and a lower pair never overwrites.
 */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table epics (
      id text primary key,
      workflow_id text not null unique,
      run_id text not null,
      generation integer not null,
      version integer not null,
      title text not null,
      description text not null,
      priority integer not null,
      repository text,
      base_branch text,
      source_tracker text,
      source_id text,
      source_url text,
      state text not null check (state in ('PLANNING', 'IN_PROGRESS', 'BLOCKED', 'COMPLETED', 'CANCELLED', 'FAILED')),
      phase text not null,
      hold jsonb,
      failure jsonb,
      paused boolean not null default false,
      admitted boolean not null default false,
      settings jsonb,
      pull_request integer,
      merged_sha text,
      started_at timestamptz not null,
      updated_at timestamptz not null default now(),
      closed_at timestamptz
    );
    create index epics_by_start on epics (started_at desc);
    create index epics_open on epics (state) where closed_at is null;
    create index epics_by_source on epics (source_tracker, source_id) where source_id is not null;

    create table tasks (
      epic_id text not null references epics (id) on delete cascade,
      key text not null,
      position integer not null,
      title text not null,
      description text not null,
      acceptance jsonb not null,
      state text not null check (state in ('PENDING', 'ASSIGNED', 'IN_PROGRESS', 'REVIEW', 'BLOCKED', 'COMPLETED', 'FAILED', 'CANCELLED')),
      phase text not null,
      hold jsonb,
      failure jsonb,
      workflow_id text not null,
      run_id text,
      generation integer,
      version integer,
      attempt integer not null default 0,
      rounds jsonb,
      host text,
      epoch integer,
      branch text,
      worktree text,
      pull_request integer,
      started_at timestamptz,
      updated_at timestamptz not null default now(),
      closed_at timestamptz,
      primary key (epic_id, key)
    );

    create table task_dependencies (
      epic_id text not null,
      task_key text not null,
      depends_on text not null,
      primary key (epic_id, task_key, depends_on),
      foreign key (epic_id, task_key) references tasks (epic_id, key) on delete cascade,
      foreign key (epic_id, depends_on) references tasks (epic_id, key) on delete cascade,
      check (task_key <> depends_on)
    );

    create table agents (
      id text primary key,
      epic_id text not null,
      task_key text,
      role text not null check (role in ('SUPERVISOR', 'ORCHESTRATOR', 'WORKER')),
      purpose text not null,
      attempt integer not null,
      model text not null,
      state text not null check (state in ('IDLE', 'BUSY', 'WAITING', 'COMPLETED', 'FAILED', 'CANCELLED')),
      phase text not null,
      hold jsonb,
      failure jsonb,
      turn integer not null,
      workflow_id text not null,
      run_id text not null,
      generation integer not null,
      version integer not null,
      started_at timestamptz not null,
      updated_at timestamptz not null default now(),
      closed_at timestamptz
    );
    create index agents_by_epic on agents (epic_id, task_key);

    create table pull_requests (
      repository text not null,
      number integer not null,
      epic_id text not null,
      task_key text,
      url text not null,
      title text not null,
      head text not null,
      base text not null,
      head_sha text not null,
      state text not null check (state in ('open', 'merged', 'closed')),
      merged_sha text,
      updated_at timestamptz not null default now(),
      primary key (repository, number)
    );
    create index pull_requests_by_epic on pull_requests (epic_id);

    create table submissions (
      epic_id text not null,
      task_key text not null,
      number integer not null,
      head_sha text not null,
      tree_sha text not null,
      state text not null,
      updated_at timestamptz not null default now(),
      primary key (epic_id, task_key, number)
    );

    create table human_requests (
      epic_id text not null references epics (id) on delete cascade,
      request_id text not null,
      kind text not null,
      question text not null,
      options jsonb not null,
      task_key text,
      pull_request integer,
      head_sha text,
      state text not null check (state in ('open', 'answered', 'replaced', 'withdrawn')),
      answer jsonb,
      asked_at timestamptz not null,
      closed_at timestamptz,
      primary key (epic_id, request_id)
    );
    create index human_requests_open on human_requests (asked_at) where state = 'open';
  `.execute(db);
}
