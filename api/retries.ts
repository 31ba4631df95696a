/** What is tried again and how far running activities are: Temporal knows it while the execution itself only knows that it waits. */
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { Database } from '../db/connection.ts';
import { quietExecutions } from '../db/reads/open-executions.ts';
import { SUPERVISOR_WORKFLOW_ID } from '../workflows/contract/task-queues.ts';
import type { Executions } from './executions.ts';
import { isStuck } from './repairs.ts';

export interface Retry {
  readonly workflowId: string;
  readonly taskKey: string | null;
  /** The activity's name, or "workflow task" when the execution itself fails to go on. */
  readonly activity: string;
  /** The one that runs or comes next. */
  readonly attempt: number;
  /** How the last attempt failed. */
  readonly message: string;
  /** The command that helps, where retrying does not. */
  readonly remedy: string | null;
}

/** A long step that runs: "fetches, 63 %". */
export interface Progress {
  readonly workflowId: string;
  readonly taskKey: string | null;
  readonly activity: string;
  readonly progress: string;
}

/** A first failure is often over before anybody reads of it. */
const WORTH_TELLING = 3;
/** Whoever told something so lately is not stuck, and is not asked about. */
const QUIET_SECONDS = 3;
/** Screens look often; an answer that takes longer is left out rather than waited for. */
const ANSWER_WITHIN_MS = 1_000;

/** What an epic's open executions try again, and how far their long steps are; nothing while Temporal does not answer. */
export async function readPending(
  db: Database,
  { temporal }: Executions,
  epicId: string,
): Promise<{ retries: Retry[]; progress: Progress[] }> {
  const quiet = await quietExecutions(db, epicId, QUIET_SECONDS);
  // Nothing of an epic may move because the supervisor does not.
  const also = quiet.length === 0 ? [] : [{ workflowId: SUPERVISOR_WORKFLOW_ID, taskKey: null }];
  const found = await Promise.all(
    [...quiet, ...also].map(async ({ workflowId, taskKey }) => {
      const execution = await describe(temporal, workflowId);
      if (execution === undefined) return { retries: [], progress: [] };
      const retries = (await isUnrepaired(temporal, execution)) ? [stuck(execution, epicId)] : retriesOf(execution);
      return {
        retries: retries.map((retry) => ({ workflowId, taskKey, ...retry })),
        progress: progressOf(temporal, execution).map((step) => ({ workflowId, taskKey, ...step })),
      };
    }),
  );
  return { retries: found.flatMap(({ retries }) => retries), progress: found.flatMap(({ progress }) => progress) };
}

/** An execution that cannot be described has nothing to tell here; /health says what is away. */
const describe = (temporal: Client, workflowId: string) =>
  temporal
    .withDeadline(Date.now() + ANSWER_WITHIN_MS, () => temporal.workflow.getHandle(workflowId).describe())
    .catch(() => undefined);

const isUnrepaired = (temporal: Client, execution: WorkflowExecutionDescription): Promise<boolean> =>
  temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () => isStuck(temporal, execution)).catch(() => false);

const stuck = ({ workflowId, raw }: WorkflowExecutionDescription, epicId: string) => ({
  activity: 'workflow task',
  attempt: raw.pendingWorkflowTask?.attempt ?? 0,
  message: `${workflowId} cannot be replayed, so it does not go on, and nothing that is sent to it is applied`,
  remedy: `npx factory repair ${epicId}`,
});

function retriesOf({ raw }: WorkflowExecutionDescription): Omit<Retry, 'workflowId' | 'taskKey'>[] {
  const activities = (raw.pendingActivities ?? [])
    .filter(({ attempt, lastFailure }) => (attempt ?? 0) >= WORTH_TELLING && lastFailure)
    .map(({ activityType, attempt, lastFailure }) => ({
      activity: activityType?.name ?? 'unknown',
      attempt: attempt ?? 0,
      message: lastFailure?.message ?? 'unknown',
      remedy: null,
    }));
  const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
  if (attempt < WORTH_TELLING) return activities;
  const message = 'the execution fails to go on, which is a defect; its history in the Temporal Web UI says where';
  return [...activities, { activity: 'workflow task', attempt, message, remedy: null }];
}

/** From the details of the last heartbeat (activities/heartbeat.ts), of what has not failed since. */
function progressOf(
  temporal: Client,
  { raw }: WorkflowExecutionDescription,
): Omit<Progress, 'workflowId' | 'taskKey'>[] {
  const converter = temporal.options.loadedDataConverter.payloadConverter;
  return (raw.pendingActivities ?? []).flatMap(({ activityType, heartbeatDetails }) => {
    const [payload] = heartbeatDetails?.payloads ?? [];
    const details = payload ? converter.fromPayload<{ progress?: unknown } | undefined>(payload) : undefined;
    const progress = details?.progress;
    return typeof progress === 'string' ? [{ activity: activityType?.name ?? 'unknown', progress }] : [];
  });
}
