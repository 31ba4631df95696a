/** Talking to an epic's workflow: starting, updating and cancelling it, with a time limit and clear words. */
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Acknowledgement, EpicInput } from '../workflows/contract/epic.ts';
import { epicWorkflowId } from '../workflows/contract/ids.ts';
import { epicStartOptions } from '../workflows/contract/start.ts';
import { ApiError, isFailureName, isTemporalAway } from './errors.ts';

const PENDING = 'nobody is there to act on it yet; sending it again is safe';

export type UpdateAnswer =
  | ({ readonly status: 'done' } & Acknowledgement)
  | { readonly status: 'pending'; readonly message: string };

export interface UpdateRequest {
  readonly epicId: string;
  /** The update's wire name. */
  readonly name: string;
  /** Sending the same id twice answers the same. */
  readonly updateId: string;
  readonly message: unknown;
}

export interface Executions {
  readonly temporal: Client;
  /** How long Temporal, or a worker process behind it, may take to answer. */
  readonly answerWithinMs: number;
}

/** Starts the epic; false when its id was used before, whatever became of that epic. */
export async function startEpic(to: Executions, epicId: string, input: EpicInput): Promise<boolean> {
  try {
    await inTime(to, () =>
      to.temporal.workflow.start('epicWorkflow', { ...epicStartOptions(epicId, input.title), args: [input] }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    if (!isTemporalAway(error)) throw error;
    const remedy = `send it again with the header "Idempotency-Key: ${epicId}", so that it starts once`;
    throw new ApiError('Unavailable', `Temporal does not answer; ${remedy}`);
  }
}

/** Sends an update and waits for its result. A validator's refusal is thrown as ApiError under its own code. */
export async function updateEpic(to: Executions, request: UpdateRequest): Promise<UpdateAnswer> {
  const { epicId, name, updateId, message } = request;
  const handle = to.temporal.workflow.getHandle(epicWorkflowId(epicId));
  try {
    const answer = await inTime(to, () =>
      handle.executeUpdate<Acknowledgement, [unknown]>(name, { updateId, args: [message] }),
    );
    return { status: 'done', ...answer };
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) throw refusal(error);
    if (error instanceof WorkflowNotFoundError) throw await missing(to, epicId);
    if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)) throw error;
    await requireTemporal(to.temporal);
    return { status: 'pending', message: PENDING };
  }
}

/** Asks the epic to end. It says itself when it has. */
export async function cancelEpic(to: Executions, epicId: string): Promise<void> {
  const handle = to.temporal.workflow.getHandle(epicWorkflowId(epicId));
  try {
    // Cancelling a closed workflow is answered like success, so the state is asked first.
    const { status } = await inTime(to, () => handle.describe());
    if (status.name !== 'RUNNING' && status.name !== 'PAUSED') throw closedEpic(epicId, status.name);
    await inTime(to, () => handle.cancel());
  } catch (error) {
    throw error instanceof WorkflowNotFoundError ? await missing(to, epicId) : error;
  }
}

/** The status of the epic's newest run, or undefined when there was never one. */
export async function epicStatus(to: Executions, epicId: string): Promise<string | undefined> {
  try {
    const handle = to.temporal.workflow.getHandle(epicWorkflowId(epicId));
    return (await inTime(to, () => handle.describe())).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Limits every call to Temporal that is made meanwhile. */
export const inTime = <T>({ temporal, answerWithinMs }: Executions, call: () => Promise<T>) =>
  temporal.withDeadline(Date.now() + answerWithinMs, call);

function refusal(error: WorkflowUpdateFailedError): ApiError {
  const { cause } = error;
  const type = cause instanceof ApplicationFailure ? (cause.type ?? '') : '';
  return new ApiError(isFailureName(type) ? type : 'NotAllowedNow', cause?.message ?? error.message);
}

/** Temporal says "not found" for closed executions too. */
async function missing(to: Executions, epicId: string): Promise<ApiError> {
  const status = await epicStatus(to, epicId);
  if (status === undefined) return new ApiError('NotFound', `There is no epic "${epicId}"`);
  return closedEpic(epicId, status);
}

const closedEpic = (epicId: string, status: string) =>
  new ApiError(
    'NotAllowedNow',
    `Epic "${epicId}" has ended (${status.toLowerCase()}); nothing can be changed any more`,
  );

/** Without an answer nobody knows whether the message arrived: it did when Temporal itself answers. */
async function requireTemporal(temporal: Client): Promise<void> {
  await temporal.withDeadline(Date.now() + 1_000, () => temporal.workflowService.getSystemInfo({}));
}
