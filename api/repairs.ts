/** Executions that cannot go on because their history cannot be replayed, and their repair by a reset. */
import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import type { Database } from '../db/connection.ts';
import { quietExecutions } from '../db/reads/open-executions.ts';
import { epicWorkflowId } from '../workflows/contract/ids.ts';
import { SUPERVISOR_WORKFLOW_ID } from '../workflows/contract/task-queues.ts';
import { type Executions, inTime } from './executions.ts';
import { isUnreplayable, type ResetPoint, resetPoint } from './reset-point.ts';

export interface Repair extends ResetPoint {
  readonly workflowId: string;
  readonly runId: string;
  readonly taskKey: string | null;
  /** The length of the history. */
  readonly events: number;
}

/** The newest events, in which the last failure of a workflow task is. */
const NEWEST_EVENTS = 20;

/** Whether its workflow tasks fail again and again because the history cannot be replayed. */
export async function isStuck(temporal: Client, execution: WorkflowExecutionDescription): Promise<boolean> {
  const { workflowId, runId, raw } = execution;
  // A first failure can be a worker process of another version; with the next attempt it is over.
  if ((raw.pendingWorkflowTask?.attempt ?? 0) < 2) return false;
  const { history } = await temporal.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: temporal.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: NEWEST_EVENTS,
  });
  return isUnreplayable((history?.events ?? []).toReversed());
}

/** What has to be repaired of an epic: its own execution, those of its tasks and agents, and the supervisor's. */
export async function findRepairs(db: Database, to: Executions, epicId: string): Promise<Repair[]> {
  const own = { workflowId: epicWorkflowId(epicId), taskKey: null };
  const open = await quietExecutions(db, epicId, 0);
  const all = new Map(
    [{ workflowId: SUPERVISOR_WORKFLOW_ID, taskKey: null }, own, ...open].map((one) => [one.workflowId, one]),
  );
  const repairs = await Promise.all([...all.values()].map((one) => findRepair(to, one)));
  return repairs.flat();
}

async function findRepair(
  to: Executions,
  { workflowId, taskKey }: Pick<Repair, 'workflowId' | 'taskKey'>,
): Promise<Repair[]> {
  const execution = await inTime(to, () => to.temporal.workflow.getHandle(workflowId).describe()).catch(unlessThere);
  if (execution?.status.name !== 'RUNNING' || !(await inTime(to, () => isStuck(to.temporal, execution)))) return [];
  const { runId } = execution;
  const history = await inTime(to, () => to.temporal.workflow.getHandle(workflowId, runId).fetchHistory());
  const point = resetPoint(history);
  return point === undefined ? [] : [{ workflowId, runId, taskKey, events: history.events?.length ?? 0, ...point }];
}

function unlessThere(error: unknown): undefined {
  if (error instanceof WorkflowNotFoundError) return undefined;
  throw error;
}

/**
 * Resets the execution; Temporal applies later updates and signals again, and not cancellations, which are requested again
 * here. Idempotent: by run and event.
 */
export async function applyRepair(to: Executions, repair: Repair, reason: string): Promise<void> {
  const { workflowId, runId, eventId, messages } = repair;
  const { temporal } = to;
  await inTime(to, () =>
    temporal.workflowService.resetWorkflowExecution({
      namespace: temporal.options.namespace,
      workflowExecution: { workflowId, runId },
      reason,
      requestId: `repair-${runId}-${eventId}`,
      // The types want a Long, the wire takes a number.
      workflowTaskFinishEventId: eventId as never,
    }),
  );
  if (!messages.some(({ kind }) => kind === 'cancellation')) return;
  await inTime(to, () => temporal.workflow.getHandle(workflowId).cancel());
}
