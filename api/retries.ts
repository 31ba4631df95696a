/** What is tried again and again: Temporal knows it while the execution itself only knows that it waits. */
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { Database } from '../db/connection.ts';
import { quietExecutions } from '../db/reads/open-executions.ts';
import type { Executions } from './executions.ts';

export interface Retry {
  readonly workflowId: string;
  readonly taskKey: string | null;
  /** The activity's name, or "workflow task" when the execution itself fails to go on. */
  readonly activity: string;
  /** The one that runs or comes next. */
  readonly attempt: number;
  /** How the last attempt failed. */
  readonly message: string;
}

/** A first failure is often over before anybody reads of it. */
const WORTH_TELLING = 3;
/** Whoever told something so lately is not stuck, and is not asked about. */
const QUIET_SECONDS = 3;
/** Screens look often; an answer that takes longer is left out rather than waited for. */
const ANSWER_WITHIN_MS = 1_000;

/** What an epic's open executions try again, with the reason; nothing while Temporal does not answer. */
export async function readRetries(db: Database, { temporal }: Executions, epicId: string): Promise<Retry[]> {
  const quiet = await quietExecutions(db, epicId, QUIET_SECONDS);
  const found = await Promise.all(
    quiet.map(async ({ workflowId, taskKey }) => {
      const execution = await describe(temporal, workflowId);
      return execution === undefined ? [] : retriesOf(execution).map((retry) => ({ workflowId, taskKey, ...retry }));
    }),
  );
  return found.flat();
}

/** An execution that cannot be described has nothing to tell here; /health says what is away. */
const describe = (temporal: Client, workflowId: string) =>
  temporal
    .withDeadline(Date.now() + ANSWER_WITHIN_MS, () => temporal.workflow.getHandle(workflowId).describe())
    .catch(() => undefined);

function retriesOf({ raw }: WorkflowExecutionDescription): Omit<Retry, 'workflowId' | 'taskKey'>[] {
  const activities = (raw.pendingActivities ?? [])
    .filter(({ attempt, lastFailure }) => (attempt ?? 0) >= WORTH_TELLING && lastFailure)
    .map(({ activityType, attempt, lastFailure }) => ({
      activity: activityType?.name ?? 'unknown',
      attempt: attempt ?? 0,
      message: lastFailure?.message ?? 'unknown',
    }));
  const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
  if (attempt < WORTH_TELLING) return activities;
  const message = 'the execution fails to go on, which is a defect; its history in the Temporal Web UI says where';
  return [...activities, { activity: 'workflow task', attempt, message }];
}
