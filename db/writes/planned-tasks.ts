/** The tasks of a plan, as their epic tells them: what they are, what they need, and the state while it speaks for them. */
import { sql } from 'kysely';
import { taskWorkflowId } from '../../workflows/contract/ids.ts';
import type { PlannedTaskView } from '../../workflows/contract/records.ts';
import { FINAL_STATES } from '../../workflows/contract/states.ts';
import type { Database } from '../connection.ts';
import { json } from '../json.ts';
import { toldAt, type WriteOrder } from './epics.ts';

/**
 * Makes the epic's tasks and dependencies those of the plan, in one statement; rows that stay the same are not touched.
 * A `status` applies until the task speaks itself and once its workflow has closed, which counts for each life of a task
 * that is retried: a row without run id was last told by the epic. A task that left the plan before it started is
 * removed. Call it only after the epic's own row was written, which decides what is newer.
 */
export async function writePlannedTasks(
  db: Database,
  epicId: string,
  tasks: readonly PlannedTaskView[],
  order: WriteOrder,
): Promise<void> {
  if (tasks.length === 0) return;
  const dependencies = tasks.flatMap(({ task }) =>
    task.dependsOn.map((key) => ({ task_key: task.key, depends_on: key })),
  );
  const told = toldAt(order);
  await sql`
    with planned as (
      select * from jsonb_to_recordset(${json(tasks.map((task) => plannedRow(epicId, task)))}) as row (
        key text, position integer, title text, description text, acceptance jsonb, files jsonb,
        budget_usd double precision, budget_tokens bigint, workflow_id text,
        state text, phase text, hold jsonb, failure jsonb, final boolean)
    ), needed as (
      select * from jsonb_to_recordset(${json(dependencies)}) as row (task_key text, depends_on text)
    ), dropped as (
      delete from tasks
      where epic_id = ${epicId} and generation is null and key not in (select key from planned)
    ), released as (
      delete from task_dependencies
      where epic_id = ${epicId} and (task_key, depends_on) not in (select task_key, depends_on from needed)
    ), added as (
      insert into tasks (epic_id, key, position, title, description, acceptance, files, budget_usd, budget_tokens,
        workflow_id, state, phase, hold, failure, closed_at)
      select ${epicId}, key, position, title, description, acceptance, files, budget_usd, budget_tokens,
        workflow_id, coalesce(state, 'PENDING'), coalesce(phase, 'planned'), hold, failure, case when final then ${told} end
      from planned
      on conflict do nothing
    ), linked as (
      insert into task_dependencies (epic_id, task_key, depends_on)
      select ${epicId}, task_key, depends_on from needed
      on conflict do nothing
    ), next as (
      -- What each row that exists should say. Without a status the task speaks for itself again and is not closed.
      select planned.*, speaks,
        case
          when speaks and final then coalesce(tasks.closed_at, ${told})
          when not speaks and planned.state is not null then tasks.closed_at
        end as closed_at
      from planned join tasks on tasks.epic_id = ${epicId} and tasks.key = planned.key,
        lateral (select planned.state is not null and (
          final or tasks.generation is null or tasks.run_id is null or tasks.closed_at is not null) as speaks) as word
      -- A task that tells of itself in this moment is waited for, and then seen.
      for update of tasks
    )
    update tasks set
      position = next.position, title = next.title, description = next.description, acceptance = next.acceptance,
      files = next.files, budget_usd = next.budget_usd, budget_tokens = next.budget_tokens,
      state = case when speaks then next.state else tasks.state end,
      phase = case when speaks then next.phase else tasks.phase end,
      hold = case when speaks then next.hold else tasks.hold end,
      failure = case when speaks then next.failure else tasks.failure end,
      run_id = case
        when speaks and not final then null
        -- An older record of the epic, which was late, may have taken it away.
        when final then coalesce(tasks.run_id, (
          select run_id from workflow_runs as run where run.workflow_id = tasks.workflow_id
          order by run.generation desc limit 1))
        else tasks.run_id
      end,
      closed_at = next.closed_at,
      updated_at = ${told}
    from next
    where tasks.epic_id = ${epicId} and tasks.key = next.key and (
      (tasks.position, tasks.title, tasks.description, tasks.acceptance, tasks.files, tasks.budget_usd,
        tasks.budget_tokens, tasks.closed_at)
        is distinct from (next.position, next.title, next.description, next.acceptance, next.files, next.budget_usd,
          next.budget_tokens, next.closed_at)
      or (speaks and (tasks.state, tasks.phase, tasks.hold, tasks.failure)
        is distinct from (next.state, next.phase, next.hold, next.failure)))
  `.execute(db);
}

function plannedRow(epicId: string, { task, position, status }: PlannedTaskView) {
  return {
    key: task.key,
    position,
    title: task.title,
    description: task.description,
    acceptance: task.acceptance,
    files: task.files ?? [],
    budget_usd: task.budgetUsd,
    budget_tokens: task.budgetTokens,
    workflow_id: taskWorkflowId(epicId, task.key),
    state: status?.state,
    phase: status?.phase,
    hold: status?.hold,
    failure: status?.failure,
    final: status !== undefined && FINAL_STATES.has(status.state),
  };
}
