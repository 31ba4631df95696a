/** How a workflow ended, in the factory's words: from Temporal, also when the workflow itself had no say. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { ClosedWorkflow } from '../db/writes/closed-workflows.ts';
import { epicWorkflowId } from '../workflows/contract/ids.ts';
import type { Failure } from '../workflows/contract/records.ts';

// temporal.api.enums.v1.HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT
const CLOSE_EVENT = 2;

/**
 * How the newest run of the workflow ended, or undefined while it runs or is parked. `isReplaced` knows an agent that
 * another one has taken the place of: nobody goes on with what it was parked with.
 */
export async function closingOf(
  client: Client,
  workflowId: string,
  isReplaced: (workflowId: string) => Promise<boolean> = async () => false,
): Promise<ClosedWorkflow | undefined> {
  const execution = await describe(client, workflowId);
  if (execution === undefined) {
    // One that waits for people was closed meanwhile, perhaps for longer than Temporal keeps what is closed.
    if (isAgent(workflowId) && (await isEpicRunning(client, workflowId))) return undefined;
    const message = 'Temporal does not know this execution any more; it was deleted or its retention has passed';
    return ended({ workflowId, runId: 'unknown' }, 'FAILED', { type: 'ClosedFromOutside', message }, new Date());
  }
  const closedAt = execution.closeTime ?? new Date();
  switch (execution.status.name) {
    case 'COMPLETED':
      if (!(await wasParked(client, execution))) return ended(execution, 'COMPLETED', undefined, closedAt);
      if ((await isEpicRunning(client, workflowId)) && !(await isReplaced(workflowId))) return undefined;
      return ended(execution, 'CANCELLED', undefined, closedAt);
    case 'CANCELLED':
      return ended(execution, 'CANCELLED', undefined, closedAt);
    case 'FAILED':
    case 'TERMINATED':
    case 'TIMED_OUT':
      return ended(execution, 'FAILED', await failureOf(client, execution), closedAt);
    default:
      return undefined;
  }
}

interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

function ended(execution: Execution, state: ClosedWorkflow['state'], failure: Failure | undefined, closedAt: Date) {
  const { workflowId, runId } = execution;
  const phase = failure === undefined ? 'closed' : 'closed from outside';
  return { workflowId, runId, state, phase, closedAt: closedAt.toISOString(), ...(failure && { failure }) };
}

async function describe(client: Client, workflowId: string) {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** A task or agent that its parent was to start again, which it can as long as the epic runs. */
async function wasParked(client: Client, { workflowId, runId }: Execution): Promise<boolean> {
  if (epicOf(workflowId) === undefined) return false;
  const result: unknown = await client.workflow.getHandle(workflowId, runId, { followRuns: false }).result();
  return typeof result === 'object' && result !== null && 'parked' in result;
}

async function isEpicRunning(client: Client, workflowId: string): Promise<boolean> {
  const epic = epicOf(workflowId);
  return epic !== undefined && (await describe(client, epic))?.status.name === 'RUNNING';
}

const isAgent = (workflowId: string): boolean => workflowId.startsWith('agent-');

/** The workflow id of the epic that a task's or agent's execution belongs to. */
function epicOf(workflowId: string): string | undefined {
  const [epic, part] = workflowId.split('/task-');
  if (part !== undefined) return epic;
  const agent = /^agent-([^.]+)\./.exec(workflowId)?.[1];
  return agent === undefined ? undefined : epicWorkflowId(agent);
}

/** What the last event says: the failure itself, or who ended the execution and why. */
async function failureOf(client: Client, { workflowId, runId }: Execution): Promise<Failure> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    historyEventFilterType: CLOSE_EVENT,
    skipArchival: true,
  });
  const event = history?.events?.at(-1);
  const failed = event?.workflowExecutionFailedEventAttributes?.failure;
  if (failed) {
    return { type: failed.applicationFailureInfo?.type || 'ClosedFromOutside', message: failed.message || 'failed' };
  }
  const terminated = event?.workflowExecutionTerminatedEventAttributes;
  if (terminated) {
    const reason = terminated.reason ? `: ${terminated.reason}` : '';
    return { type: 'ClosedFromOutside', message: `terminated by ${terminated.identity || 'somebody'}${reason}` };
  }
  return { type: 'ClosedFromOutside', message: 'closed by Temporal: the execution’s time limit passed' };
}
