/** Agents for screens. */
import { sql } from 'kysely';
import type { AgentState, Purpose, Role } from '../../workflows/contract/states.ts';
import type { Database } from '../connection.ts';
import { isoTime, isoTimeOrNull, usd, waiting } from './columns.ts';

/** The agents of a task, or with `null` those that serve the epic itself, each with what its calls have cost. */
export async function readAgents(db: Database, epicId: string, taskKey: string | null) {
  const rows = await db
    .selectFrom('agents')
    .selectAll('agents')
    .select(sql<string | null>`(select sum(settled_microusd) from ledger where transcript = agents.id)`.as('settled'))
    .where('epic_id', '=', epicId)
    .where('task_key', 'is not distinct from', taskKey)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    role: row.role as Role,
    purpose: row.purpose as Purpose,
    attempt: row.attempt,
    model: row.model,
    state: row.state as AgentState,
    phase: row.phase,
    ...waiting(row),
    turn: row.turn,
    costUsd: usd(row.settled),
    workflowId: row.workflow_id,
    runId: row.run_id,
    startedAt: isoTime(row.started_at),
    updatedAt: isoTime(row.updated_at),
    closedAt: isoTimeOrNull(row.closed_at),
  }));
}
