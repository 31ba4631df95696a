/** Temporal's own reset, as a person does it with its command line. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { History } from '../../api/reset-point.ts';

type Events = NonNullable<History['events']>;

export const RESET_REASON = 'a test';

interface Reset {
  readonly workflowId: string;
  readonly choose: (completed: Events, all: Events) => Events[number] | undefined;
}

/** Resets to the workflow task that `choose` takes of those that completed, and returns the new run. */
export async function resetTo(client: Client, { workflowId, choose }: Reset): Promise<string> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const all = events ?? [];
  const completed = all.filter((event) => event.workflowTaskCompletedEventAttributes);
  const { runId } = await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId },
    reason: RESET_REASON,
    requestId: randomUUID(),
    workflowTaskFinishEventId: choose(completed, all)?.eventId ?? null,
  });
  return runId;
}
