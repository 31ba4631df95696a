/** Says of a failed test what its open executions were doing: what they wait for, and the ends of their histories. */
import { afterEach } from 'node:test';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

const MOST_EXECUTIONS = 8;
const LAST_EVENTS = 12;

/**
 * Prints the report after each test of the file that failed or ran out of time. A server that keeps no list is given the
 * `roots`, whose children are found in their histories.
 */
export function reportOnFailure(client: Client, roots?: () => readonly string[]): void {
  // A script such as test/replay/record.ts, which is no test.
  if (process.argv[1]?.endsWith('.test.ts') !== true) return;
  afterEach(async (context) => {
    // The types do not know it.
    if ((context as { readonly passed?: boolean }).passed === true) return;
    const report = await describeOpen(client, roots?.()).catch((error: unknown) => `  no report: ${String(error)}`);
    console.error(`Open executions when "${context.name}" failed:\n${report}`);
  });
}

/** The open executions, one paragraph each. */
export async function describeOpen(client: Client, roots?: readonly string[]): Promise<string> {
  const ids = roots === undefined ? await listOpen(client) : await withChildren(client, roots);
  const reports: string[] = [];
  for (const id of ids) {
    const description = await client.workflow.getHandle(id).describe();
    if (description.status.name === 'RUNNING') reports.push(await describeOne(client, id, description));
    if (reports.length === MOST_EXECUTIONS) break;
  }
  return reports.length === 0 ? '  none' : reports.join('\n');
}

async function listOpen(client: Client): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" }))
    ids.push(workflowId);
  return ids;
}

async function withChildren(client: Client, ids: readonly string[]): Promise<string[]> {
  const all: string[] = [];
  for (const id of ids) {
    const { events } = await client.workflow.getHandle(id).fetchHistory();
    const children = (events ?? []).flatMap(
      (event) => event.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId ?? [],
    );
    all.push(id, ...(await withChildren(client, children)));
  }
  return all;
}

const WORKFLOW_TASK_STATES = ['unknown', 'scheduled', 'started'];
const ACTIVITY_STATES = ['unknown', 'scheduled', 'started', 'cancel requested', 'paused', 'pause requested'];

async function describeOne(client: Client, id: string, { raw, type }: WorkflowExecutionDescription): Promise<string> {
  const lines = [`  ${id} (${type})`];
  const { pendingWorkflowTask: task } = raw;
  if (task) {
    const { state, attempt, scheduledTime } = task;
    lines.push(`    workflow task ${WORKFLOW_TASK_STATES[state ?? 0]}, attempt ${attempt}, ${timeOf(scheduledTime)}`);
  }
  for (const { activityType, state, attempt, scheduledTime, lastFailure } of raw.pendingActivities ?? []) {
    const failure = lastFailure?.message ? `, the last attempt: ${lastFailure.message}` : '';
    const what = `${ACTIVITY_STATES[state ?? 0]}, attempt ${attempt}, ${timeOf(scheduledTime)}`;
    lines.push(`    activity ${activityType?.name} ${what}${failure}`);
  }
  const history = historyToJSON(await client.workflow.getHandle(id).fetchHistory());
  const { events } = JSON.parse(history) as { events: HistoryEvent[] };
  return [...lines, ...events.slice(-LAST_EVENTS).map(describeEvent)].join('\n');
}

/** As Temporal writes an event as JSON: what is particular to its type is in one field that is named for it. */
interface HistoryEvent {
  readonly eventId: string;
  readonly eventTime: string;
  readonly eventType: string;
  readonly [attributes: string]: unknown;
}

interface Attributes {
  readonly signalName?: string;
  readonly activityType?: { readonly name: string };
  readonly failure?: { readonly message: string };
}

function describeEvent({ eventId, eventTime, eventType, ...more }: HistoryEvent): string {
  const attributes = Object.entries(more).find(([name]) => name.endsWith('EventAttributes'))?.[1] as Attributes;
  const { signalName, activityType, failure } = attributes ?? {};
  const detail = signalName ?? activityType?.name ?? failure?.message ?? '';
  return `    ${eventId} ${eventTime.slice(11, 23)} ${eventType.replace('EVENT_TYPE_', '')} ${detail}`.trimEnd();
}

type Time = { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined;
const timeOf = (at: Time): string =>
  new Date(Number(at?.seconds ?? 0) * 1_000 + (at?.nanos ?? 0) / 1e6).toISOString().slice(11, 23);
