/** Message handlers that nothing a sender writes can break. */

import type { UpdateDefinition } from '@temporalio/common';
import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  log,
  type QueryDefinition,
  type SignalDefinition,
  setDefaultSignalHandler,
  setHandler,
} from '@temporalio/workflow';
import { z } from 'zod';
import type { FailureName } from './contract/failures.ts';

/** Why an update is not possible now; thrown from a validator it uses up no update id and leaves no trace in history. */
export function refuse(type: FailureName, message: string): never {
  throw ApplicationFailure.create({ type, message, nonRetryable: true });
}

/** Parses what a sender wrote; a mistake is a final InvalidInput that names every field. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  return refuse('InvalidInput', `${what} does not fit:\n${z.prettifyError(parsed.error)}`);
}

/** Registers handlers; `onIgnored` hears of every message that changed nothing because it could not be read. */
export function createHandlers(onIgnored: (line: string) => void) {
  function ignore(what: string, reason?: string): void {
    log.warn(`Ignored ${what}`, reason === undefined ? {} : { reason });
    onIgnored(`Ignored ${what}`);
  }

  return {
    /** Input that does not fit `schema` is logged and changes nothing. */
    onSignal<Schema extends z.ZodType>(
      signal: SignalDefinition<[unknown?]>,
      schema: Schema,
      handle: (message: z.output<Schema>) => void,
    ): void {
      setHandler(signal, (input) => {
        const message = schema.safeParse(input ?? {});
        if (message.success) handle(message.data);
        else ignore(`a malformed ${signal.name} signal`, z.prettifyError(message.error));
      });
    },

    /** `check` refuses synchronously (see `refuse`); `handle` must be harmless twice, since ids do not outlive a run. */
    onUpdate<Schema extends z.ZodType, Result>(
      update: UpdateDefinition<Result, [unknown?]>,
      schema: Schema,
      check: (message: z.output<Schema>) => void,
      handle: (message: z.output<Schema>) => Result | Promise<Result>,
    ): void {
      setHandler(update, async (input?: unknown) => handle(schema.parse(input ?? {})), {
        validator: (input?: unknown) => check(parse(schema, input, `The input of ${update.name}`)),
      });
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

/** Before a run ends or continues as new: no handler is in the middle of something, and all is written. */
export async function finishHandlers(flush: () => Promise<void>): Promise<void> {
  do {
    await condition(allHandlersFinished);
    await flush();
  } while (!allHandlersFinished());
}

export type Handlers = ReturnType<typeof createHandlers>;
