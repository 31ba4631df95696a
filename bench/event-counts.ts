/** How much an epic asks of Temporal: the events, workflow tasks and activities in the histories of all that it started. */
import type { Client, WorkflowHandle } from '@temporalio/client';

export interface EventCounts {
  readonly events: number;
  readonly workflowTasks: number;
  readonly activities: number;
  /** Model calls with what follows from their answers. */
  readonly turns: number;
}

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
export type HistoryEvent = NonNullable<History['events']>[number];

const TURN = 'takeTurn';

export function countEvents(events: readonly HistoryEvent[]): EventCounts {
  const activities = events.flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
  return {
    events: events.length,
    workflowTasks: events.filter((event) => event.workflowTaskCompletedEventAttributes).length,
    activities: activities.length,
    turns: activities.filter(({ activityType }) => activityType?.name === TURN).length,
  };
}

export const addCounts = (counts: readonly EventCounts[]): EventCounts =>
  counts.reduce(
    (total, one) => ({
      events: total.events + one.events,
      workflowTasks: total.workflowTasks + one.workflowTasks,
      activities: total.activities + one.activities,
      turns: total.turns + one.turns,
    }),
    { events: 0, workflowTasks: 0, activities: 0, turns: 0 },
  );

/** Of all runs of an execution that has ended, and of its children. */
export const countExecution = async (client: Client, workflowId: string): Promise<EventCounts> =>
  addCounts((await executionsOf(client, workflowId)).flat().map(countEvents));

/** The events of each run of an execution that has ended, and of its children. */
export async function executionsOf(client: Client, workflowId: string): Promise<HistoryEvent[][][]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const first = events?.[0]?.workflowExecutionStartedEventAttributes?.firstExecutionRunId ?? undefined;
  return runsOf(client, workflowId, first);
}

async function runsOf(client: Client, workflowId: string, firstRunId?: string): Promise<HistoryEvent[][][]> {
  const own: HistoryEvent[][] = [];
  const children: HistoryEvent[][][] = [];
  for (let runId = firstRunId; ; ) {
    const events = (await client.workflow.getHandle(workflowId, runId).fetchHistory()).events ?? [];
    own.push(events);
    for (const event of events) {
      const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution;
      if (child?.workflowId) children.push(...(await runsOf(client, child.workflowId, child.runId ?? undefined)));
    }
    const next = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
    if (!next) return [own, ...children];
    runId = next;
  }
}
