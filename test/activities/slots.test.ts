import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { sql } from 'kysely';
import { type ClaimHostInput, createClaimActivities, createPlaceActivities } from '../../activities/slots.ts';
import { reportHost } from '../../db/writes/hosts.ts';
import type { Placement } from '../../workflows/contract/task.ts';
import { createDatabase } from '../support/database.ts';

const { db, drop } = await createDatabase();
after(drop);

/** The host's activity; `askedAt` is when Temporal scheduled it. */
const on = (host: string, askedAt = 1) => {
  const info = { currentAttemptScheduledTimestampMs: askedAt };
  const environment = () => new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
  const { claimHost } = createClaimActivities({ db, host });
  return (input: ClaimHostInput): Promise<Placement> => environment().run(claimHost, input);
};
const { releaseHost, hostStatus } = createPlaceActivities({ db });

test('slots are taken up to the capacity, however many claim at once, and given back', async () => {
  await reportHost(db, { name: 'small', capacity: 3 });
  const claims = Array.from({ length: 8 }, (_, i) => on('small')({ holder: `small-${i}`, afterEpoch: 0 }));
  const results = await Promise.allSettled(claims);
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 3);
  for (const result of results) {
    if (result.status === 'rejected')
      assert.deepEqual([result.reason.type, result.reason.nonRetryable], ['HostBusy', false]);
  }
  const held = results.findIndex(({ status }) => status === 'fulfilled');
  const waiting = results.findIndex(({ status }) => status === 'rejected');
  await releaseHost({ holder: `small-${held}` });
  await releaseHost({ holder: `small-${held}` });
  assert.deepEqual(await on('small')({ holder: `small-${waiting}`, afterEpoch: 0 }), { host: 'small', epoch: 1 });
  await assert.rejects(on('small')({ holder: `small-${held}`, afterEpoch: 0 }), { type: 'HostBusy' });
});

test('a claim is idempotent, across hosts too, and the epoch only grows', async () => {
  await reportHost(db, { name: 'a', capacity: 2 });
  await reportHost(db, { name: 'b', capacity: 2 });
  const holder = 'epic-x/task-y';
  const [first, twin] = await Promise.all([on('a')({ holder, afterEpoch: 0 }), on('b')({ holder, afterEpoch: 0 })]);
  assert.deepEqual(first, twin);
  assert.equal(first.epoch, 1);
  assert.deepEqual(await on('b')({ holder, afterEpoch: 1 }), { host: 'b', epoch: 2 });
  assert.deepEqual(await on('a')({ holder, afterEpoch: 1 }), { host: 'b', epoch: 2 });
  await releaseHost({ holder });
  assert.deepEqual(await on('a')({ holder, afterEpoch: 0 }), { host: 'a', epoch: 3 });
});

test('a claim that a frozen host brings late takes no slot from anybody', async () => {
  for (const name of ['frozen', 'awake']) await reportHost(db, { name, capacity: 2 });
  const claim = { holder: 'epic-x/task-late', afterEpoch: 0 };
  await on('awake', 2_000)(claim);
  await releaseHost(claim);
  await assert.rejects(on('frozen', 1_000)(claim), { type: 'NotAllowedNow', nonRetryable: true });
  assert.deepEqual(await on('frozen', 3_000)(claim), { host: 'frozen', epoch: 2 }, 'a new one may');
});

test('a holder that is placed again on its full host needs no second slot', async () => {
  await reportHost(db, { name: 'one', capacity: 1 });
  await on('one')({ holder: 'again', afterEpoch: 0 });
  assert.deepEqual(await on('one')({ holder: 'again', afterEpoch: 1 }), { host: 'one', epoch: 2 });
});

test('a host that has not reported has no slot, and one that stopped reporting is lost', async () => {
  await assert.rejects(on('unheard-of')({ holder: 'z', afterEpoch: 0 }), { type: 'HostBusy' });
  assert.equal((await hostStatus({ host: 'unheard-of' })).lost, true);
  await reportHost(db, { name: 'seen', capacity: 1 });
  assert.equal((await hostStatus({ host: 'seen' })).lost, false);
  await db
    .updateTable('hosts')
    .set({ last_seen_at: sql<Date>`now() - interval '31 seconds'` })
    .where('name', '=', 'seen')
    .execute();
  assert.equal((await hostStatus({ host: 'seen' })).lost, true);
  await reportHost(db, { name: 'seen', capacity: 4 });
  assert.equal((await hostStatus({ host: 'seen' })).lost, false);
});
