/** Writes the record that an activity takes along (workflows/carried-records.ts) before its work begins. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { withHeartbeat } from '../activities/heartbeat.ts';
import { writeRecord } from '../activities/records.ts';
import { passingFailure } from '../clients/failures.ts';
import type { Database } from '../db/connection.ts';
import { isPassing } from '../db/outages.ts';
import { type CarriedRecord, CLEANS_UP, RECORD_HEADER } from '../workflows/contract/carried-record.ts';
import { hideIn } from './hide-secrets.ts';

/** The same time as an activity that only writes a record; a connection that hangs longer is given up for another. */
const WRITE_MS = 10_000;

/**
 * Idempotent as the record is, so each attempt of the activity writes it again. An attempt that was given up or cancelled
 * meanwhile does not begin its work: another one does. Clean-up does its work all the same, before it fails.
 * Fails: RecordFailed, which is tried again without end, as a record of its own would be.
 */
export const writeCarriedRecords =
  (db: Database): ActivityInterceptorsFactory =>
  (context: Context) => ({
    inbound: {
      async execute(input, next) {
        const payload = input.headers[RECORD_HEADER];
        if (payload === undefined) return next(input);
        const record = defaultPayloadConverter.fromPayload<CarriedRecord>(payload);
        const failed = await withHeartbeat(() => write(db, record)).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failed !== undefined && !CLEANS_UP.has(context.info.activityType)) throw failed;
        if (context.cancellationSignal.aborted) await context.cancelled;
        const result = await next(input);
        if (failed !== undefined) throw failed;
        return result;
      },
    },
  });

async function write(db: Database, record: CarriedRecord): Promise<void> {
  const timer = new AbortController();
  try {
    const late = sleep(WRITE_MS, undefined, { signal: timer.signal }).then(() => {
      throw new Error(`PostgreSQL does not answer for ${WRITE_MS / 1_000} s`);
    });
    await Promise.race([writeRecord(db, record), late]);
  } catch (cause) {
    hideIn(cause);
    // PostgreSQL refuses it: a mistake of ours, which no other try cures.
    if (!isPassing(cause)) Context.current().log.error('A record was refused', { error: cause });
    const words = cause instanceof Error ? cause.message : String(cause);
    throw passingFailure('RecordFailed', `The record before it could not be written: ${words}`, { cause });
  } finally {
    timer.abort();
  }
}
