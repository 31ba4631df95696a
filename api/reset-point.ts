/** Where an execution whose history its workflow code cannot replay is reset to. Pure. */
import type { WorkflowHandle } from '@temporalio/client';

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

/** A message that is applied again after the reset, in the order of arrival. */
export interface Reapplied {
  readonly kind: 'update' | 'signal' | 'cancellation';
  readonly name: string;
  /** Who sent it, where the message says so. */
  readonly by: string | null;
  readonly at: string;
}

export interface ResetPoint {
  /** The workflow task that runs again, by the event that completed it. */
  readonly eventId: number;
  /** When it completed the first time. */
  readonly at: string;
  /** Why the history cannot be replayed. */
  readonly failure: string;
  readonly messages: Reapplied[];
}

// temporal.api.enums.v1.WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR
const NON_DETERMINISTIC = 24;

/** Why an execution's workflow tasks fail again and again, if known: Temporal only keeps how a first attempt ended. */
export type Diagnosis = 'unreplayable' | 'unknown' | 'fails otherwise';

/** Diagnoses a workflow by how its newest finished workflow task ended. */
export function diagnose(events: readonly HistoryEvent[]): Diagnosis {
  const newest = events.findLast(
    (event) =>
      isCompleted(event) || event.workflowTaskFailedEventAttributes || event.workflowTaskTimedOutEventAttributes,
  );
  const failed = newest?.workflowTaskFailedEventAttributes;
  if (!failed) return 'unknown';
  return failed.cause === NON_DETERMINISTIC ? 'unreplayable' : 'fails otherwise';
}

/**
 * The newest point before the commands that do not fit; undefined for a history that nothing is known to be wrong with.
 *
 * A worker without cache joins workflow tasks that made no commands with the next one, which is how the order of commands
 * can come to depend on the cut. So those before the misfit run again with it, in one task: then there is one cut only.
 */
export function resetPoint(history: History): ResetPoint | undefined {
  const events = history.events ?? [];
  if (diagnose(events) !== 'unreplayable') return undefined;
  const failed = events.findLast((event) => event.workflowTaskFailedEventAttributes);
  const failure = failed?.workflowTaskFailedEventAttributes?.failure?.message ?? 'the history does not fit';
  const misfit = misfitOf(failure) ?? newestMessage(events) ?? Number.POSITIVE_INFINITY;
  const completed = events.filter(isCompleted);
  let at = completed.findLastIndex((event) => idOf(event) < misfit);
  if (at === -1) return undefined;
  while (at > 0 && madeNoCommands(events, completed[at - 1])) at -= 1;
  const point = completed[at] as HistoryEvent;
  const messages = events.filter((event) => idOf(event) > idOf(point)).flatMap(reappliedBy);
  return { eventId: idOf(point), at: timeOf(point), failure, messages: withoutDoubles(messages) };
}

/** The reason of a repair's reset begins with this. */
export const REPAIRED_BY = 'repaired by ';

/** The run that the newest repair in a history reset. A reset by hand does not count: it may be meant to undo a cancellation. */
export function repairedRun({ events }: History): string | undefined {
  const failures = (events ?? []).map((event) => event.workflowTaskFailedEventAttributes);
  const isRepair = (failed: (typeof failures)[number]) =>
    Boolean(failed?.baseRunId && failed.failure?.message?.startsWith(REPAIRED_BY));
  return failures.findLast(isRepair)?.baseRunId ?? undefined;
}

/** The request to end it; undefined where a history has none. */
export const cancellationIn = ({ events }: History): Reapplied | undefined =>
  events?.flatMap(reappliedBy).find(({ kind }) => kind === 'cancellation');

const idOf = ({ eventId }: HistoryEvent): number => Number(eventId);
const isCompleted = (event: HistoryEvent): boolean => Boolean(event.workflowTaskCompletedEventAttributes);

/** The event that the SDK names: "… does not handle this event: HistoryEvent(id: 259, WorkflowExecutionUpdateCompleted)". */
function misfitOf(failure: string): number | undefined {
  const id = /HistoryEvent\(id: (\d+)/.exec(failure)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** Where the SDK names no event: the newest update, whose commands are made by the task that accepted it. */
function newestMessage(events: readonly HistoryEvent[]): number | undefined {
  const update = events.findLast((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
  return update === undefined ? undefined : idOf(update);
}

/** Commands follow the event of their workflow task; what came in meanwhile follows them. */
function madeNoCommands(events: readonly HistoryEvent[], task: HistoryEvent | undefined): boolean {
  if (task === undefined) return false;
  const next = events.find((event) => idOf(event) === idOf(task) + 1);
  if (next === undefined) return true;
  if (next.workflowExecutionUpdateAcceptedEventAttributes || next.workflowExecutionUpdateCompletedEventAttributes) {
    return false;
  }
  return !Object.values(next).some((value) => isAttributesOf(value, task));
}

function isAttributesOf(value: unknown, task: HistoryEvent): boolean {
  const by = (value as { readonly workflowTaskCompletedEventId?: unknown } | null)?.workflowTaskCompletedEventId;
  return by !== undefined && by !== null && Number(by) === idOf(task);
}

type Sent = Reapplied & { readonly updateId?: string };

function reappliedBy(event: HistoryEvent): Sent[] {
  const signal = event.workflowExecutionSignaledEventAttributes;
  const at = timeOf(event);
  if (signal) return [{ kind: 'signal', name: signal.signalName ?? '', by: senderOf(signal.input), at }];
  if (event.workflowExecutionCancelRequestedEventAttributes) {
    return [{ kind: 'cancellation', name: 'cancel', by: null, at }];
  }
  const { request } = event.workflowExecutionUpdateAdmittedEventAttributes ?? {};
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest ?? request;
  if (!update) return [];
  const { name, args } = update.input ?? {};
  return [{ kind: 'update', name: name ?? '', by: senderOf(args), at, updateId: update.meta?.updateId ?? '' }];
}

/** After an earlier reset an update is there as admitted and as accepted. */
function withoutDoubles(messages: readonly Sent[]): Reapplied[] {
  const isFirst = ({ updateId }: Sent, index: number) =>
    updateId === undefined || messages.findIndex((other) => other.updateId === updateId) === index;
  return messages.filter(isFirst).map(({ updateId: _, ...message }) => message);
}

type Payloads = { readonly payloads?: { readonly data?: Uint8Array | null }[] | null } | null | undefined;

function senderOf(input: Payloads): string | null {
  try {
    const message = JSON.parse(new TextDecoder().decode(input?.payloads?.[0]?.data ?? undefined)) as { by?: unknown };
    return typeof message.by === 'string' ? message.by : null;
  } catch {
    // Anybody can send anything.
    return null;
  }
}

const timeOf = ({ eventTime }: HistoryEvent): string =>
  new Date(Number(eventTime?.seconds ?? 0) * 1_000 + (eventTime?.nanos ?? 0) / 1e6).toISOString();
