/** Ends the retries of what nobody knows to pass: a failure that lasts becomes final, and the workflow asks a person. */
import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { carry } from '../activities/heartbeat.ts';
import { asQuestion, type Doubt, doubtOf, UNKNOWN_FOR_MS } from '../activities/retries.ts';
import { StubbornFailure } from '../clients/failures.ts';

/** Since when the same failure lasts. It travels from one attempt to the next as a heartbeat, so it outlives processes. */
interface Lasting {
  readonly about: string;
  readonly since: number;
}

/** So long before the end of an attempt that it reaches its time limit, at most: a few heartbeats. */
const LATE_MS = 3_000;

/**
 * Temporal's retry options cannot differ by failure, so this decides at the end of each attempt. The time counts from the
 * first of the failures in a row, not from the schedule: what followed a long outage has its time too. An attempt that
 * runs into its start-to-close time-out does not get to its end, and tells the next one shortly before it.
 */
export const boundRetries =
  ({ unknownForMs = UNKNOWN_FOR_MS }: { readonly unknownForMs?: number } = {}): ActivityInterceptorsFactory =>
  (context: Context) => ({
    inbound: {
      async execute(input, next) {
        const { activityType, heartbeatDetails, startToCloseTimeoutMs: limitMs } = context.info;
        const before = readLasting(heartbeatDetails);
        const lastingOf = ({ about }: Doubt): Lasting =>
          before?.about === about ? before : { about, since: Date.now() };
        const overrun = new StubbornFailure('Internal', `${activityType} does not end in time`, unknownForMs);
        const late = doubtOf(overrun, activityType, unknownForMs);
        if (late !== undefined && late.about === before?.about) endIfLasting(overrun, before, late);
        let isLate = false;
        const tell = () => {
          isLate = true;
          if (late !== undefined) carry(context, { lasting: lastingOf(late) });
        };
        const timer = setTimeout(tell, limitMs - Math.min(LATE_MS, limitMs / 4));
        try {
          return await next(input);
        } catch (error) {
          const doubt = doubtOf(error, activityType, unknownForMs);
          if (doubt === undefined) {
            // A failure that passes by itself came in between: the count starts over.
            if (before !== undefined || isLate) context.heartbeat();
            throw error;
          }
          const lasting = lastingOf(doubt);
          endIfLasting(error, lasting, doubt);
          context.heartbeat({ lasting });
          throw error;
        } finally {
          clearTimeout(timer);
        }
      },
    },
  });

/** Throws the question when it has lasted for too long. */
function endIfLasting(error: unknown, { since }: Lasting, { forMs }: Doubt): void {
  const lastedMs = Date.now() - since;
  if (lastedMs >= forMs) throw asQuestion(error, lastedMs);
}

function readLasting(details: unknown): Lasting | undefined {
  const lasting = (details as { lasting?: Partial<Lasting> } | null | undefined)?.lasting;
  return typeof lasting?.about === 'string' && typeof lasting.since === 'number' ? (lasting as Lasting) : undefined;
}
