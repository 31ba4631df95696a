import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Info } from '@temporalio/activity';
import { sql } from 'kysely';
import { type ClaimHostInput, createClaimActivities, createSlotActivities } from '../../activities/slots.ts';
import { settleClosed } from '../../db/writes/closed-workflows.ts';
import { pauseFactory, resumeFactory } from '../../db/writes/factory-pause.ts';
import { reportHost } from '../../db/writes/hosts.ts';
import { newestGeneration } from '../../db/writes/runs.ts';
import type { Placement } from '../../workflows/contract/placement.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { createDatabase } from '../support/database.ts';

const { db, drop } = await createDatabase();
after(drop);

let steps = 0;
/** In an activity of the holder's run. */
const asStep = (holder: string, { step, runId }: { step: number; runId: string }, more: Partial<Info> = {}) =>
  new MockActivityEnvironment({
    ...{ activityId: String(step), workflowExecution: { workflowId: holder, runId } },
    ...more,
  });

/** The host's activity: another step each time, unless it is given. */
const on =
  (host: string, step?: number, runId = 'first', more: Partial<Info> = {}) =>
  (input: ClaimHostInput): Promise<Placement> => {
    steps += 1;
    const { claimHost } = createClaimActivities({ db, host });
    return asStep(input.holder, { step: step ?? steps, runId }, more).run(claimHost, input);
  };
const { releaseHost: release, hostStatus } = createSlotActivities({ db });
const releaseHost = ({ holder }: { holder: string }, step?: number, runId = 'first'): Promise<void> => {
  steps += 1;
  return asStep(holder, { step: step ?? steps, runId }).run(release, { holder });
};

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
  await releaseHost({ holder: `small-${held}` });
  await releaseHost({ holder: `small-${held}` });
  const again = [...results.entries()]
    .filter(([, { status }]) => status === 'rejected')
    .map(([index]) => on('small')({ holder: `small-${index}`, afterEpoch: 0 }));
  const placed = (await Promise.allSettled(again)).filter(({ status }) => status === 'fulfilled');
  assert.deepEqual(placed, [{ status: 'fulfilled', value: { host: 'small', epoch: 1 } }]);
  await assert.rejects(on('small')({ holder: `small-${held}`, afterEpoch: 0 }), { type: 'HostBusy' });
  for (const index of claims.keys()) await releaseHost({ holder: `small-${index}` });
  await db.deleteFrom('hosts').where('name', '=', 'small').execute();
});

test('a host whose reports are late still gives out its slots, since it asks for them', async () => {
  await reportHost(db, { name: 'late', capacity: 1 });
  await db
    .updateTable('hosts')
    .set({ last_seen_at: sql`now() - interval '5 minutes'` })
    .where('name', '=', 'late')
    .execute();
  const placed = await on('late')({ holder: 'late-1', afterEpoch: 0 });
  assert.deepEqual(placed, { host: 'late', epoch: 1 });
  await releaseHost({ holder: 'late-1' });
  await db.deleteFrom('hosts').where('name', '=', 'late').execute();
});

/** Takes and gives back the one slot until nobody waits; each round all ask, the last first. */
async function serve(host: string, waiting: ClaimHostInput[]): Promise<string[]> {
  const served: string[] = [];
  let left = [...waiting];
  while (left.length > 0) {
    for (const claim of left.toReversed()) {
      const placed = await on(host)(claim).catch(() => undefined);
      if (placed !== undefined) served.push(claim.holder);
    }
    const last = served.at(-1) as string;
    assert.equal(served.length, waiting.length - left.length + 1, 'one slot, one holder');
    left = left.filter(({ holder }) => holder !== last);
    await releaseHost({ holder: last });
  }
  return served;
}

test('a slot goes to the first who asked within the most urgent, however often the others come', async () => {
  await reportHost(db, { name: 'line', capacity: 1 });
  await on('line')({ holder: 'epic-l/task-now', afterEpoch: 0 });
  const waiting = ['one', 'two', 'three'].map((name) => ({ holder: `epic-${name}/task-t`, afterEpoch: 0 }));
  waiting.push({ holder: 'epic-urgent/task-t', afterEpoch: 0, priority: 1 } as ClaimHostInput);
  for (const claim of waiting) await assert.rejects(on('line')(claim), { type: 'HostBusy' });
  await releaseHost({ holder: 'epic-l/task-now' });
  const order = (await serve('line', waiting)).map((holder) => holder.split('/')[0]);
  assert.deepEqual(order, ['epic-urgent', 'epic-one', 'epic-two', 'epic-three']);
  await db.deleteFrom('hosts').where('name', '=', 'line').execute();
});

test('a small epic has its share of the slots beside a large one that asked before it', async () => {
  await reportHost(db, { name: 'share', capacity: 4 });
  const claims = (epic: string, count: number) =>
    Array.from({ length: count }, (_, index) => ({ holder: `epic-${epic}/task-${index}`, afterEpoch: 0 }));
  const large = claims('large', 20);
  for (const claim of large) await on('share')(claim).catch(() => undefined);
  const small = claims('small', 3);
  for (const claim of small) await assert.rejects(on('share')(claim), { type: 'HostBusy' });
  for (const { holder } of large.slice(0, 2)) await releaseHost({ holder });
  const waiting = [...large.slice(4), ...small];
  const placed = await Promise.allSettled(waiting.map((claim) => on('share')(claim)));
  const holders = waiting.filter((_, index) => placed[index]?.status === 'fulfilled').map(({ holder }) => holder);
  assert.deepEqual(holders, ['epic-small/task-0', 'epic-small/task-1']);
  for (const { holder } of [...large, ...small]) await releaseHost({ holder });
  await db.deleteFrom('hosts').where('name', '=', 'share').execute();
});

test('a claim that comes no more holds up nobody, and who has the turn to merge waits for nobody', async () => {
  await reportHost(db, { name: 'gone', capacity: 1 });
  await on('gone')({ holder: 'epic-a/task-a', afterEpoch: 0 });
  await assert.rejects(on('gone')({ holder: 'epic-dead/task-d', afterEpoch: 0 }), { type: 'HostBusy' });
  const turn = { holder: 'epic-merging', afterEpoch: 0, hasTurn: true };
  assert.deepEqual(await on('gone')(turn), { host: 'gone', epoch: 1 });
  for (const holder of ['epic-a/task-a', 'epic-merging']) await releaseHost({ holder });
  const next = { holder: 'epic-b/task-b', afterEpoch: 0 };
  await assert.rejects(on('gone')(next), /others come first/);
  const long = sql<Date>`now() - interval '16 seconds'`;
  await db.updateTable('hosts').set({ last_seen_at: sql<Date>`now() - interval '1 hour'` }).execute();
  await db.updateTable('slot_waits').set({ asked_at: long }).where('holder', '=', 'epic-dead/task-d').execute();
  assert.deepEqual(await on('gone')(next), { host: 'gone', epoch: 1 });
  await db.deleteFrom('hosts').where('name', '=', 'gone').execute();
});

test('a long pause of the whole factory costs no task its place in the line for a slot', async () => {
  await reportHost(db, { name: 'paused', capacity: 1 });
  await db.deleteFrom('slot_waits').execute();
  const claimOf = (epic: string): ClaimHostInput => ({ holder: `epic-${epic}/task-t`, afterEpoch: 0 });
  const [has, first, second] = [claimOf('has'), claimOf('first'), claimOf('second')];
  await on('paused')(has);
  for (const claim of [first, second]) await assert.rejects(on('paused')(claim), { type: 'HostBusy' });
  await pauseFactory(db, { by: 'ann' });
  const before = sql<Date>`now() - interval '6 minutes'`;
  await db.updateTable('factory_pause').set({ since: before }).execute();
  await db.updateTable('slot_waits').set({ asked_at: before }).execute();
  await resumeFactory(db, { by: 'ann' });
  await releaseHost({ holder: has.holder });
  await assert.rejects(on('paused')(second), /others come first/);
  assert.deepEqual(await on('paused')(first), { host: 'paused', epoch: 1 });
  for (const { holder } of [first, second]) await releaseHost({ holder });
  await db.deleteFrom('hosts').where('name', '=', 'paused').execute();
});

test('a claim is idempotent, across hosts too, and the epoch only grows', async () => {
  await reportHost(db, { name: 'a', capacity: 2 });
  await reportHost(db, { name: 'b', capacity: 2 });
  const holder = 'epic-x/task-y';
  const claim = { holder, afterEpoch: 0 };
  const [first, twin] = await Promise.all([on('a', 1)(claim), on('b', 1)(claim)]);
  assert.deepEqual(first, twin);
  assert.equal(first.epoch, 1);
  assert.deepEqual(await on('b', 2)({ holder, afterEpoch: 1 }), { host: 'b', epoch: 2 });
  assert.deepEqual(await on('a', 2)({ holder, afterEpoch: 1 }), { host: 'b', epoch: 2 });
  await releaseHost({ holder }, 3);
  assert.deepEqual(await on('a', 4)(claim), { host: 'a', epoch: 3 });
});

test('another run of a holder is placed with a higher epoch, whatever the former one still holds', async () => {
  for (const name of ['before', 'after']) await reportHost(db, { name, capacity: 1 });
  const claim = { holder: 'epic-x/task-terminated', afterEpoch: 0 };
  assert.deepEqual(await on('before', 7)(claim), { host: 'before', epoch: 1 });
  assert.deepEqual(await on('after', 5, 'second')(claim), { host: 'after', epoch: 2 });
  assert.deepEqual(await on('before', 5, 'second')(claim), { host: 'after', epoch: 2 }, 'another try of that claim');
  const isLate = { type: 'PlacedAgain', nonRetryable: true };
  await assert.rejects(on('before', 8)(claim), isLate, 'the former run, late');
  const early = { currentAttemptScheduledTimestampMs: Date.now() - 60_000 };
  const isOvertaken = { type: 'RunOvertaken', nonRetryable: false };
  await assert.rejects(on('before', 1, 'never seen', early)(claim), isOvertaken, 'one that had written nothing');
  await releaseHost(claim, 9);
  const held = db.selectFrom('placements').select(['host', 'held']).where('holder', '=', claim.holder);
  assert.deepEqual(await held.execute(), [{ host: 'after', held: true }], 'the former run, late');
  assert.deepEqual(await on('before')({ holder: 'epic-x/task-other', afterEpoch: 0 }), { host: 'before', epoch: 1 });
  await db.deleteFrom('hosts').where('name', 'in', ['before', 'after']).execute();
});

test('the end of a run frees what it has claimed, and nothing that a later run has', async () => {
  await reportHost(db, { name: 'closing', capacity: 2 });
  const claim = { holder: 'epic-x/task-closed', afterEpoch: 0 };
  const end = { runId: 'any', state: 'FAILED', phase: 'closed', closedAt: new Date().toISOString() } as const;
  const isFreed = (lastRun: number) =>
    settleClosed(db, { workflowId: claim.holder, ...end }, { quietSeconds: 0, lastRun });
  await on('closing')(claim);
  const before = await newestGeneration(db, claim.holder);
  await on('closing', undefined, 'later')(claim);
  assert.equal(await isFreed(before), false);
  assert.equal(await isFreed(await newestGeneration(db, claim.holder)), true);
  await db.deleteFrom('hosts').where('name', '=', 'closing').execute();
});

test('what a frozen process brings late takes no slot and frees none that was claimed later', async () => {
  for (const name of ['frozen', 'awake']) await reportHost(db, { name, capacity: 2 });
  const claim = { holder: 'epic-x/task-late', afterEpoch: 0 };
  const isLate = { type: 'PlacedAgain', nonRetryable: true };
  await on('awake', 5)(claim);
  await assert.rejects(on('frozen', 4)(claim), isLate);
  await releaseHost(claim, 6);
  await assert.rejects(on('frozen', 5)(claim), isLate, 'an earlier try of what was given back');
  assert.deepEqual(await on('frozen', 7)(claim), { host: 'frozen', epoch: 2 }, 'a new one may');
  await releaseHost(claim, 6);
  assert.deepEqual(await on('awake', 7)(claim), { host: 'frozen', epoch: 2 }, 'still held');
  await releaseHost(claim, 8);
  await assert.rejects(on('awake', 7)(claim), isLate);
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
