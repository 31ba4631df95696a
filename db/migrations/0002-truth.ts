/** What PostgreSQL is the truth for: claims, runs, transcripts, ledger, mail, decisions, evidence, pins and hosts. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table epic_claims (
      epic_id text primary key,
      first_run_id text not null,
      claimed_at timestamptz not null default now()
    );

    create table workflow_runs (
      workflow_id text not null,
      run_id text not null,
      generation integer not null,
      first_seen_at timestamptz not null default now(),
      primary key (workflow_id, run_id),
      unique (workflow_id, generation)
    );

    create table transcripts (
      id text primary key,
      epic_id text not null,
      task_key text,
      purpose text not null,
      attempt integer not null,
      opened_by text not null unique,
      compacted_before_turn integer not null default 0,
      created_at timestamptz not null default now()
    );
    create unique index transcripts_by_attempt on transcripts (epic_id, coalesce(task_key, ''), purpose, attempt);

    create table briefs (
      transcript text not null references transcripts (id) on delete cascade,
      turn integer not null,
      kind text not null,
      body text not null,
      created_at timestamptz not null default now(),
      primary key (transcript, turn, kind)
    );

    create table agent_turns (
      transcript text not null references transcripts (id) on delete cascade,
      turn integer not null check (turn > 0),
      model text not null,
      message_id text not null,
      -- json, not jsonb: it goes back to the model as it came, and jsonb would reorder its keys.
      content json not null,
      stop_reason text not null,
      usage jsonb not null,
      cost_microusd bigint not null check (cost_microusd >= 0),
      started_at timestamptz not null,
      finished_at timestamptz not null default now(),
      primary key (transcript, turn)
    );

    create table tool_calls (
      transcript text not null,
      turn integer not null,
      tool_use_id text not null,
      position integer not null,
      name text not null,
      input jsonb not null,
      output text,
      is_error boolean,
      exit_code integer,
      started_at timestamptz,
      finished_at timestamptz,
      primary key (transcript, tool_use_id),
      foreign key (transcript, turn) references agent_turns (transcript, turn) on delete cascade,
      check ((output is null) = (is_error is null))
    );
    create index tool_calls_by_turn on tool_calls (transcript, turn, position);

    create table budgets (
      epic_id text primary key,
      cap_microusd bigint not null check (cap_microusd >= 0),
      updated_at timestamptz not null default now()
    );

    create table ledger (
      transcript text not null,
      turn integer not null,
      call integer not null,
      epic_id text not null,
      model text not null,
      reserved_microusd bigint not null check (reserved_microusd >= 0),
      settled_microusd bigint check (settled_microusd >= 0),
      outcome text not null default 'open' check (outcome in ('open', 'answered', 'failed', 'unknown')),
      created_at timestamptz not null default now(),
      settled_at timestamptz,
      primary key (transcript, turn, call),
      check ((outcome = 'open') = (settled_microusd is null))
    );
    create index ledger_by_epic on ledger (epic_id);
    create index ledger_open on ledger (transcript) where outcome = 'open';

    create table provider_holds (
      provider text not null,
      model text not null,
      until timestamptz not null,
      reason text not null,
      primary key (provider, model)
    );

    create table mail (
      id text primary key,
      epic_id text not null,
      sender text not null,
      recipient text not null,
      subject text not null,
      body text not null,
      await_reply boolean not null default false,
      sent_at timestamptz not null default now(),
      delivered_transcript text,
      delivered_turn integer
    );
    create index mail_unread on mail (epic_id, recipient) where delivered_turn is null;

    create table decision_log (
      id bigint generated always as identity primary key,
      entry_key text not null unique,
      epic_id text,
      task_key text,
      actor text not null,
      kind text not null,
      decision text not null,
      reason text not null,
      at timestamptz not null
    );
    create index decision_log_by_epic on decision_log (epic_id, at);

    create table evidence (
      epic_id text not null,
      task_key text not null,
      commit_sha text not null,
      tree_sha text not null,
      check_name text not null,
      command text not null,
      exit_code integer not null,
      output text not null,
      verified_by text not null,
      started_at timestamptz not null,
      finished_at timestamptz not null,
      primary key (epic_id, task_key, commit_sha, check_name)
    );

    create table pins (
      hash text primary key,
      kind text not null,
      content text not null,
      created_at timestamptz not null default now()
    );

    create table hosts (
      name text primary key,
      capacity integer not null check (capacity > 0),
      last_seen_at timestamptz not null default now()
    );

    create table placements (
      holder text primary key,
      host text not null,
      epoch integer not null check (epoch > 0),
      held boolean not null,
      placed_at timestamptz not null default now()
    );
    create index placements_by_host on placements (host) where held;
  `.execute(db);
}
