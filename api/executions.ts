/** Talking to an epic's workflow: starting, updating and cancelling it, with a time limit and clear words. */
import { createHash } from 'node:crypto';
import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { Acknowledgement, EpicInput } from '../workflows/contract/epic.ts';
import { epicWorkflowId } from '../workflows/contract/ids.ts';
import type { FieldProblem, MessageOutcome, StoredMessage } from '../workflows/contract/messages.ts';
import { epicStartOptions } from '../workflows/contract/start-options.ts';
import { ApiError, isFailureName, isTemporalAway, noEpic } from './errors.ts';

export interface Executions {
  readonly temporal: Client;
  /** How long Temporal, or a worker process behind it, may take to answer. */
  readonly answerWithinMs: number;
}

export interface NewEpic {
  readonly epicId: string;
  readonly input: EpicInput;
  /** The sender chose a key for it: another epic under the same key is refused. */
  readonly isKeyed: boolean;
}

/** Starts the epic; false when its id was used before, whatever became of that epic. */
export async function startEpic(to: Executions, { epicId, input, isKeyed }: NewEpic): Promise<boolean> {
  const memo = { input: createHash('sha256').update(JSON.stringify(input)).digest('hex') };
  try {
    await inTime(to, () =>
      to.temporal.workflow.start('epicWorkflow', { ...epicStartOptions(epicId, input.title), args: [input], memo }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      if (isKeyed) await requireSame(to, epicId, memo.input);
      return false;
    }
    if (!isTemporalAway(error)) throw error;
    const remedy = `send it again with the header "Idempotency-Key: ${epicId}", so that it starts once`;
    throw new ApiError('Unavailable', `Temporal does not answer; ${remedy}`);
  }
}

/** An epic that was started by other means has no memo, and is whatever its id says. */
async function requireSame(to: Executions, epicId: string, input: string): Promise<void> {
  const { memo } = await inTime(to, () => to.temporal.workflow.getHandle(epicWorkflowId(epicId)).describe());
  if (memo?.input === undefined || memo.input === input) return;
  throw new ApiError(
    'KeyReused',
    `This Idempotency-Key was sent before with another epic, which is ${epicId}; use a new key for a new epic`,
  );
}

/**
 * Sends a message as an update and waits for its result; undefined while nobody is there to apply it, or Temporal is
 * away. Sending it again is harmless: the same id is the same update.
 */
export async function deliverUpdate(
  to: Executions,
  message: StoredMessage,
  signal: AbortSignal,
): Promise<MessageOutcome | undefined> {
  const { epicId, name, id, input } = message;
  const handle = to.temporal.workflow.getHandle(epicWorkflowId(epicId));
  try {
    const result = await to.temporal.withAbortSignal(signal, () =>
      to.temporal.withDeadline(Date.now() + DELIVER_WITHIN_MS, () =>
        handle.executeUpdate<Acknowledgement, [unknown]>(name, { updateId: id, args: [input] }),
      ),
    );
    return { kind: 'applied', ...result };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isRunOver(error)) return await unlessItGoesOn(to, epicId);
    if (error instanceof WorkflowUpdateFailedError) return refusal(error);
    if (isUnacceptable(error))
      return { kind: 'refused', code: 'InvalidInput', message: `Temporal does not take it: ${error.cause.details}` };
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isTemporalAway(error)) return undefined;
    throw error;
  }
}

/** The run ended with the update in it: it was reset, or closed from outside. */
const isRunOver = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === CLOSED_MEANWHILE;

/** Temporal will say so each time, however often it is sent. */
const isUnacceptable = (error: unknown): error is Error & { readonly cause: { readonly details: string } } =>
  error instanceof Error && isGrpcServiceError(error.cause) && error.cause.code === INVALID_ARGUMENT;
/** Of gRPC. */
const INVALID_ARGUMENT = 3;

/** Undefined when another run has the epic now, as after a reset: the message is for that one. */
async function unlessItGoesOn(to: Executions, epicId: string): Promise<MessageOutcome | undefined> {
  const now = await epicStatus(to, epicId);
  if (now === 'RUNNING' || now === 'PAUSED') return undefined;
  const { code, message } = now === undefined ? noEpic(epicId) : closedEpic(epicId, now);
  return { kind: 'refused', code, message };
}

export interface Cancellation {
  readonly epicId: string;
  /** Records who asks. Runs before Temporal gets the request, so that every cancellation through the API has a name. */
  readonly note: () => Promise<void>;
}

/** Asks the epic to end. It says itself when it has. */
export async function cancelEpic(to: Executions, { epicId, note }: Cancellation): Promise<void> {
  const handle = to.temporal.workflow.getHandle(epicWorkflowId(epicId));
  try {
    // Cancelling a closed workflow is answered like success, so the state is asked first.
    const { status } = await inTime(to, () => handle.describe());
    if (status.name !== 'RUNNING' && status.name !== 'PAUSED') throw closedEpic(epicId, status.name);
    await note();
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

function refusal(error: WorkflowUpdateFailedError): MessageOutcome {
  const failed = causeOf(error);
  const type = failed instanceof ApplicationFailure ? (failed.type ?? '') : '';
  const code = failed instanceof CancelledFailure ? 'EpicEnded' : isFailureName(type) ? type : 'Internal';
  const [detail] = failed instanceof ApplicationFailure ? (failed.details ?? []) : [];
  const { problems } = (detail ?? {}) as { problems?: readonly FieldProblem[] };
  const fields = problems === undefined ? {} : { problems };
  return { kind: 'refused', code, message: failed?.message ?? error.cause?.message ?? error.message, ...fields };
}

/** Temporal's own name of an update that was taken and had no answer when its workflow closed. */
const CLOSED_MEANWHILE = 'AcceptedUpdateCompletedWorkflow';

/** The refusal itself, or what ended an activity that the update waited for. */
function causeOf(error: WorkflowUpdateFailedError): ApplicationFailure | CancelledFailure | undefined {
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure || cause instanceof CancelledFailure) return cause;
  }
  return undefined;
}

/** A call that is held open for longer is begun again. */
const DELIVER_WITHIN_MS = 30_000;

/** Temporal says "not found" for closed executions too. */
async function missing(to: Executions, epicId: string): Promise<ApiError> {
  const status = await epicStatus(to, epicId);
  return status === undefined ? noEpic(epicId) : closedEpic(epicId, status);
}

const closedEpic = (epicId: string, status: string) =>
  new ApiError('EpicEnded', `Epic "${epicId}" has ended (${status.toLowerCase()}); nothing can be changed any more`);
