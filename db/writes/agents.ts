/** An agent's row, as the agent last told it. */
import { sql } from 'kysely';
import { agentWorkflowId } from '../../workflows/contract/ids.ts';
import type { AgentView } from '../../workflows/contract/records.ts';
import { ROLE_OF } from '../../workflows/contract/states.ts';
import type { Database } from '../connection.ts';
import { optionalJson } from '../json.ts';
import { toldAt, type WriteOrder } from './epics.ts';

/**
 * Writes the agent unless something newer was written before; a later round is a later run and opens the row again. An end
 * replaces an earlier one of the same run, which may fail after it said that it handed in its work.
 */
export async function writeAgent(db: Database, view: AgentView, order: WriteOrder): Promise<void> {
  const columns = {
    model: view.model,
    state: view.state,
    phase: view.phase,
    hold: optionalJson(view.hold),
    failure: optionalJson(view.failure),
    turn: view.turn,
    run_id: order.runId,
    generation: order.generation,
    version: view.version,
    updated_at: toldAt(order),
    closed_at: view.closedAt ?? null,
  };
  await db
    .insertInto('agents')
    .values({
      id: view.agentId,
      epic_id: view.epicId,
      task_key: view.taskKey ?? null,
      role: ROLE_OF[view.purpose],
      purpose: view.purpose,
      attempt: view.attempt,
      workflow_id: agentWorkflowId(view.agentId),
      started_at: view.startedAt,
      ...columns,
    })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet(columns)
        .where(
          sql<boolean>`(agents.generation, agents.version) < (excluded.generation, excluded.version)
            and (agents.closed_at is null or agents.generation < excluded.generation or excluded.closed_at is not null)`,
        ),
    )
    .execute();
}
