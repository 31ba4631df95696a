/** Budgets in tokens, and those of tasks. */
import { type Kysely, sql } from 'kysely';

/** Settled calls from before get the tokens that their answers report; those without an answer reported none. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table budgets add column cap_tokens bigint check (cap_tokens >= 0);

    create table task_budgets (
      epic_id text not null,
      task_key text not null,
      cap_microusd bigint check (cap_microusd >= 0),
      cap_tokens bigint check (cap_tokens >= 0),
      updated_at timestamptz not null default now(),
      primary key (epic_id, task_key)
    );
    create trigger task_budgets_added after insert or delete on task_budgets
      for each row execute function note_change_of_budgets();
    create trigger task_budgets_changed after update on task_budgets
      for each row when (old.* is distinct from new.*) execute function note_change_of_budgets();

    alter table ledger
      add column task_key text,
      add column reserved_tokens bigint not null default 0 check (reserved_tokens >= 0),
      add column settled_tokens bigint check (settled_tokens >= 0);

    -- Of a budget request: what its cap is in.
    alter table human_requests add column budget_unit text;

    update ledger set
      task_key = transcripts.task_key,
      settled_tokens = case when outcome <> 'open' then (
        select coalesce(sum(case when jsonb_typeof(value) = 'number' then greatest(trunc(value::numeric), 0) end), 0)
        from agent_turns, jsonb_each(usage)
        where ledger.outcome = 'answered' and agent_turns.transcript = ledger.transcript
          and agent_turns.turn = ledger.turn and key in ('input_tokens', 'output_tokens',
            'cache_creation_input_tokens', 'cache_read_input_tokens')) end
    from transcripts where transcripts.id = ledger.transcript;
    update ledger set settled_tokens = 0 where settled_tokens is null and outcome <> 'open';
  `.execute(db);
}
