/** Message handlers that nothing a sender writes can break. */

import type { UpdateDefinition } from '@temporalio/common';
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  currentUpdateInfo,
  DeterminismViolationError,
  isCancellation,
  log,
  type QueryDefinition,
  type SignalDefinition,
  setDefaultSignalHandler,
  setHandler,
  TemporalFailure,
} from '@temporalio/workflow';
import { z } from 'zod';
import type { Acknowledgement } from './contract/epic.ts';
import type { FailureName } from './contract/failures.ts';
import type { FieldProblem } from './contract/messages.ts';
import { failureMessage } from './failure.ts';

/** Why an update is not possible now; thrown from a validator it uses up no update id and leaves no trace in history. */
export function refuse(type: FailureName, message: string, problems?: readonly FieldProblem[]): never {
  const details = problems === undefined ? {} : { details: [{ problems }] };
  throw ApplicationFailure.create({ type, message, nonRetryable: true, ...details });
}

/** Parses what a sender wrote; a mistake is a final InvalidInput that names every field. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  return refuse('InvalidInput', `${what} does not fit:\n${z.prettifyError(parsed.error)}`);
}

/** The id of an update, its wire name and what it carries. */
export interface Received {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** How a workflow keeps account of the updates that it receives. */
export interface ReceivedUpdates {
  /** The result of an update that an earlier run applied. */
  readonly earlier: (id: string) => Acknowledgement | undefined;
  /** Schedules an activity at once, and resolves when that has ended. */
  readonly receive: (message: Received) => Promise<void>;
  /** Resolves when the effect and the result are recorded. */
  readonly applied: (id: string, result: Acknowledgement) => Promise<void>;
}

/**
 * Registers handlers; `onIgnored` hears of every message that changed nothing because it could not be read, and of every
 * one that met a mistake of ours. Only a workflow with `received` can take updates.
 *
 * No handler fails the workflow task. It would be tried and fail again until a fixed version runs, and meanwhile nothing
 * of the execution goes on: no work, no timer, nobody else's message. A mistake that one message meets costs that message
 * alone instead: it is logged, told, and answered as a final Internal where there is somebody to answer. What the handler
 * changed before the mistake stays: whole transitions of state, each recorded as any other, and commands that were given.
 * A question may count as answered whose effect is missing, so the answer says to look where things stand; the message
 * sent again under a new id, or `factory repair`, goes on from there. Under the same id, which is made of an
 * Idempotency-Key or of what an answer says, Temporal repeats the failure for as long as the run lasts. A mistake in a
 * workflow's own flow does fail the workflow task, since there the fixed version loses nothing. A query or validator that
 * throws changes nothing anyway.
 */
export function createHandlers(onIgnored: (line: string, reason: string) => void, received?: ReceivedUpdates) {
  function ignore(what: string, reason?: string): void {
    // Not logged here: a flood of them would flood the log.
    onIgnored(`Ignored ${what}`, reason ?? 'nobody knows it');
  }

  /** Ignored messages are counted and told together, which also bounds how much these tell. */
  function tellMistake(what: string, error: unknown): void {
    log.error(`${what} met a mistake of the factory`, { error });
    onIgnored(`${what} met a mistake of the factory and may have had a part of its effect`, failureMessage(error));
  }

  /** A failure of any kind would end the workflow, and a signal's sender waits for no answer. */
  function afterSignal(name: string, error: unknown): void {
    if (error instanceof DeterminismViolationError) throw error;
    if (!isCancellation(error)) tellMistake(`The signal ${name}`, error);
  }

  return {
    /** Input that does not fit `schema` is ignored. A promise of `handle` is waited for by nobody. */
    onSignal<Schema extends z.ZodType>(
      signal: SignalDefinition<[unknown?]>,
      schema: Schema,
      handle: (message: z.output<Schema>) => unknown,
    ): void {
      const { name } = signal;
      setHandler(signal, (input) => {
        const message = schema.safeParse(input ?? {});
        if (!message.success) return ignore(`a malformed ${name} signal`, z.prettifyError(message.error));
        try {
          Promise.resolve(handle(message.data)).catch((error: unknown) => afterSignal(name, error));
        } catch (error) {
          afterSignal(name, error);
        }
      });
    },

    /**
     * `check` refuses synchronously (see `refuse`) and is asked again before `handle` acts.
     *
     * The order of commands must not depend on how history is cut into activations: a worker without cache joins a
     * workflow task that made no commands with the next one, and hands out an update of the later one before results of
     * the earlier one; a later replay hands them out apart. So an update does nothing but schedule an activity when it
     * arrives, acts in the activation of that activity's end, and ends after its own record was written.
     */
    onUpdate<Schema extends z.ZodType>(
      update: UpdateDefinition<Acknowledgement, [unknown?]>,
      schema: Schema,
      check: (message: z.output<Schema>) => void,
      handle: (message: z.output<Schema>) => Acknowledgement | Promise<Acknowledgement>,
    ): void {
      const read = (input: unknown) => parse(schema, input, `The input of ${update.name}`);

      setHandler(
        update,
        // One function: a step more before it ends would change its place among the commands of a recorded history.
        async (input?: unknown) => {
          try {
            const { id, name } = requireUpdate();
            const { earlier, receive, applied } = requireUpdates(received);
            // A cancelled epic still says what became of the message.
            await CancellationScope.nonCancellable(() => receive({ id, name, input: input ?? {} }));
            const before = earlier(id);
            if (before !== undefined) return before;
            const message = read(input);
            check(message);
            const result = await handle(message);
            await applied(id, result);
            return result;
          } catch (error) {
            if (!isMistake(error)) throw error;
            tellMistake(`The update ${update.name}`, error);
            return refuse('Internal', mistakeWords(update.name, error, HALF_DONE));
          }
        },
        {
          validator(input?: unknown) {
            try {
              check(read(input));
            } catch (error) {
              if (!isMistake(error)) throw error;
              log.error(`The validator of ${update.name} met a mistake of the factory`, { error });
              refuse('Internal', mistakeWords(update.name, error, UNDONE));
            }
          },
        },
      );
    },

    /** Call when all others are registered: signals that came with the first workflow task are handed out at once. */
    ignoreOthers(): void {
      setDefaultSignalHandler((name) => ignore(`an unknown signal "${name}"`));
    },

    onQuery<Result>(query: QueryDefinition<Result>, answer: () => Result): void {
      setHandler(query, answer);
    },
  };
}

/** Neither a failure that is meant for the sender nor a cancellation; after a violation nothing of the run can be trusted. */
const isMistake = (error: unknown): boolean =>
  !(error instanceof TemporalFailure) && !(error instanceof DeterminismViolationError);

interface Effect {
  readonly effect: string;
  readonly again: string;
}

const UNDONE: Effect = { effect: 'nothing was changed', again: 'send it again' };
/** It has used up its id. */
const HALF_DONE: Effect = {
  effect: 'it may have had a part of its effect',
  again: 'send it again with another Idempotency-Key or, if it is an answer, with other words',
};

const mistakeWords = (name: string, error: unknown, { effect, again }: Effect): string =>
  `${name} met a mistake of the factory (${failureMessage(error)}): ${effect}. Look where things stand (factory show), ` +
  `then ${again}; the log of the worker processes says more`;

function requireUpdate(): { readonly id: string; readonly name: string } {
  return currentUpdateInfo() ?? refuse('Internal', 'An update handler runs in an update only');
}

function requireUpdates(received: ReceivedUpdates | undefined): ReceivedUpdates {
  return received ?? refuse('Internal', 'A workflow that takes updates needs an account of those that it received');
}

/** Before a run ends or continues as new: no handler is in the middle of something, and all is written. */
export async function finishHandlers(flush: () => Promise<void>): Promise<void> {
  do {
    await condition(allHandlersFinished);
    await flush();
  } while (!allHandlersFinished());
}

export type Handlers = ReturnType<typeof createHandlers>;
