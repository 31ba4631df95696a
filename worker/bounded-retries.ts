/** Ends the retries of what nobody knows to pass: a failure that lasts becomes final, and the workflow asks a person. */
import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { asQuestion, doubtOf, UNKNOWN_FOR_MS } from '../activities/retries.ts';

/** Since when the same failure lasts. It travels from one attempt to the next as a heartbeat, so it outlives processes. */
interface Lasting {
  readonly about: string;
  readonly since: number;
}

/**
 * Temporal's retry options cannot differ by failure, so this decides at the end of each attempt. The time counts from the
 * first of the failures in a row, not from the schedule: what followed a long outage has its time too.
 */
export const boundRetries =
  ({ unknownForMs = UNKNOWN_FOR_MS }: { readonly unknownForMs?: number } = {}): ActivityInterceptorsFactory =>
  (context: Context) => ({
    inbound: {
      async execute(input, next) {
        const before = readLasting(context.info.heartbeatDetails);
        try {
          return await next(input);
        } catch (error) {
          const doubt = doubtOf(error, context.info.activityType, unknownForMs);
          if (doubt === undefined) {
            // A failure that passes by itself came in between: the count starts over.
            if (before !== undefined) context.heartbeat();
            throw error;
          }
          const { about, forMs } = doubt;
          const since = before?.about === about ? before.since : Date.now();
          const lastedMs = Date.now() - since;
          if (lastedMs >= forMs) throw asQuestion(error, lastedMs);
          context.heartbeat({ lasting: { about, since } });
          throw error;
        }
      },
    },
  });

function readLasting(details: unknown): Lasting | undefined {
  const lasting = (details as { lasting?: Partial<Lasting> } | null | undefined)?.lasting;
  return typeof lasting?.about === 'string' && typeof lasting.since === 'number' ? (lasting as Lasting) : undefined;
}
