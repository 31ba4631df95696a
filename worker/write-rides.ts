/** Writes the record that an activity takes along (workflows/ride.ts) before its work begins: nothing is done untold. */
import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { passingFailure } from '../activities/failures.ts';
import { writeRecord } from '../activities/records.ts';
import type { Database } from '../db/connection.ts';
import { RIDE_HEADER, type Ride } from '../workflows/contract/records.ts';
import { hideIn } from './hide-secrets.ts';

/**
 * Idempotent as the record is, so each attempt of the activity writes it again.
 * Fails: RecordFailed, which is tried again without end, as a record of its own would be.
 */
export const writeRides =
  (db: Database): ActivityInterceptorsFactory =>
  () => ({
    inbound: {
      async execute(input, next) {
        const payload = input.headers[RIDE_HEADER];
        if (payload !== undefined) await write(db, defaultPayloadConverter.fromPayload<Ride>(payload));
        return next(input);
      },
    },
  });

async function write(db: Database, ride: Ride): Promise<void> {
  try {
    await writeRecord(db, ride);
  } catch (cause) {
    hideIn(cause);
    const words = cause instanceof Error ? cause.message : String(cause);
    throw passingFailure('RecordFailed', `The record before it could not be written: ${words}`, { cause });
  }
}
