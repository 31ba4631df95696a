/** Executions that cannot go on because their history cannot be replayed, and their repair by a reset. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import type { Database } from '../db/connection.ts';
import { linesOf } from '../db/reads/lines.ts';
import { quietExecutions } from '../db/reads/open-executions.ts';
import { epicWorkflowId } from '../workflows/contract/ids.ts';
import { SUPERVISOR_WORKFLOW_ID } from '../workflows/contract/task-queues.ts';
import { type Executions, inTime } from './executions.ts';
import {
  cancellationIn,
  type Diagnosis,
  diagnose,
  type History,
  REPAIRED_BY,
  type Reapplied,
  type ResetPoint,
  repairedRun,
  resetPoint,
} from './reset-point.ts';

export interface Repair extends Omit<ResetPoint, 'eventId'> {
  readonly workflowId: string;
  readonly runId: string;
  readonly taskKey: string | null;
  /** The workflow task that runs again; null where an earlier repair reset it, and only its cancellation is missing. */
  readonly eventId: number | null;
  /** The length of the history. */
  readonly events: number;
}

/** The newest events, in which the end of the newest workflow task is. */
const NEWEST_EVENTS = 20;
/** No workflow listens to it; it makes Temporal keep how the next workflow task ends. */
const WAKE = 'wake';
/** A workflow task that no worker process answers has to time out first. */
const WAKES_WITHIN_MS = 30_000;
const WAKE_AGAIN_MS = 6_000;
const LOOK_MS = 250;

/** Why its workflow tasks are tried again and again; undefined while they are not. */
export async function diagnosisOf(
  temporal: Client,
  { workflowId, runId, raw }: WorkflowExecutionDescription,
): Promise<Diagnosis | undefined> {
  // A first failure can be a worker process of another version; with the next attempt it is over.
  if ((raw.pendingWorkflowTask?.attempt ?? 0) < 2) return undefined;
  const { history } = await temporal.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: temporal.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: NEWEST_EVENTS,
  });
  return diagnose((history?.events ?? []).toReversed());
}

/**
 * Finds what has to be repaired of an epic: its own execution, those of its tasks and agents, the lines that they merge
 * through, and the supervisor's. An execution that a repair reset without cancelling it again counts too.
 */
export async function findRepairs(db: Database, to: Executions, epicId: string): Promise<Repair[]> {
  const lines = await linesOf(db, epicId);
  const own = [epicWorkflowId(epicId), SUPERVISOR_WORKFLOW_ID, ...lines].map((workflowId) => ({
    ...{ workflowId, taskKey: null },
  }));
  const open = await quietExecutions(db, epicId, 0);
  const all = new Map([...own, ...open].map((one) => [one.workflowId, one]));
  const repairs = await Promise.all([...all.values()].map((one) => findRepair(to, one)));
  return repairs.flat();
}

async function findRepair(to: Executions, { workflowId, taskKey }: Pick<Repair, 'workflowId' | 'taskKey'>) {
  const found = await diagnosed(to, workflowId);
  if (found === undefined) return [];
  const { execution, diagnosis } = found;
  const { runId } = execution;
  const lost = await lostCancellation(to, execution);
  if (diagnosis !== 'unreplayable') return lost === undefined ? [] : [cancelledAgain(execution, taskKey, lost)];
  const history = await historyOf(to, workflowId, runId);
  const point = resetPoint(history);
  if (point === undefined) return [];
  const messages = [...point.messages, ...(lost === undefined ? [] : [lost])];
  return [{ workflowId, runId, taskKey, events: history.events?.length ?? 0, ...point, messages }];
}

const cancelledAgain = (of: WorkflowExecutionDescription, taskKey: string | null, lost: Reapplied): Repair => ({
  ...{ workflowId: of.workflowId, runId: of.runId, taskKey, events: of.historyLength, eventId: null, at: lost.at },
  failure: 'a repair was interrupted before it had cancelled it again',
  messages: [lost],
});

const historyOf = (to: Executions, workflowId: string, runId: string): Promise<History> =>
  inTime(to, () => to.temporal.workflow.getHandle(workflowId, runId).fetchHistory());

/** The cancellation of a run that was repaired, if the present run has none: the repair was interrupted. */
async function lostCancellation(to: Executions, { workflowId, runId, raw }: WorkflowExecutionDescription) {
  const { cancelRequested, lastResetTime } = raw.workflowExtendedInfo ?? {};
  if (cancelRequested || !lastResetTime) return undefined;
  for (let run: string | undefined = runId; run !== undefined; ) {
    const history: History | undefined = await historyOf(to, workflowId, run).catch(unlessThere);
    const cancellation = history && cancellationIn(history);
    if (cancellation !== undefined) return cancellation;
    run = history && repairedRun(history);
  }
  return undefined;
}

/** An execution whose failure Temporal has not kept is sent a signal, with which the next one is a first attempt again. */
async function diagnosed(to: Executions, workflowId: string) {
  const deadline = Date.now() + WAKES_WITHIN_MS;
  for (let wokenAt = 0; ; ) {
    const execution = await inTime(to, () => to.temporal.workflow.getHandle(workflowId).describe()).catch(unlessThere);
    if (execution?.status.name !== 'RUNNING') return undefined;
    const diagnosis = await inTime(to, () => diagnosisOf(to.temporal, execution));
    if (diagnosis !== 'unknown' && !(wokenAt > 0 && isUnderWay(execution))) return { execution, diagnosis };
    if (Date.now() > deadline) return { execution, diagnosis };
    // The woken try may be lost as well.
    if (diagnosis === 'unknown' && Date.now() - wokenAt > WAKE_AGAIN_MS) {
      await inTime(to, () => to.temporal.workflow.getHandle(workflowId, execution.runId).signal(WAKE));
      wokenAt = Date.now();
    }
    await sleep(LOOK_MS);
  }
}

/** Its next workflow task, the one that tells, has not ended yet. */
const isUnderWay = ({ raw }: WorkflowExecutionDescription): boolean => raw.pendingWorkflowTask?.attempt === 1;

function unlessThere(error: unknown): undefined {
  if (error instanceof WorkflowNotFoundError) return undefined;
  throw error;
}

/**
 * Resets the execution; Temporal applies later updates and signals again, and not cancellations, which are requested again
 * here. Idempotent: by run and event. Where it ends in between, `findRepairs` finds the cancellation that is missing.
 */
export async function applyRepair(to: Executions, repair: Repair, by: string): Promise<void> {
  const { workflowId, runId, eventId, messages } = repair;
  const { temporal } = to;
  if (eventId !== null) {
    await inTime(to, () =>
      temporal.workflowService.resetWorkflowExecution({
        namespace: temporal.options.namespace,
        workflowExecution: { workflowId, runId },
        reason: `${REPAIRED_BY}${by}`,
        requestId: `repair-${runId}-${eventId}`,
        // The types want a Long, the wire takes a number.
        workflowTaskFinishEventId: eventId as never,
      }),
    );
  }
  if (!messages.some(({ kind }) => kind === 'cancellation')) return;
  await inTime(to, () => temporal.workflow.getHandle(workflowId).cancel());
}
