/** Hosts that sign off: which placements are to move, and which wait until the host is back. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import { createSlotActivities } from '../../activities/slots.ts';
import { claimHost, releaseHost, reportHost } from '../../db/writes/hosts.ts';
import { signOff } from '../../db/writes/sign-off.ts';
import { asked } from '../support/asked.ts';
import { createDatabase } from '../support/database.ts';

const { db, drop } = await createDatabase();
after(drop);
beforeEach(async () => {
  for (const table of ['placements', 'hosts'] as const) await db.deleteFrom(table).execute();
});

const { hostStatus } = createSlotActivities({ db });
const signOn = (name: string, id: string, more: { capacity?: number; refusal?: string } = {}) =>
  reportHost(db, { name, capacity: more.capacity ?? 3, refusal: more.refusal ?? null, process: { id, signsOn: true } });
const place = (host: string, holder: string) => claimHost(db, { host, holder, afterEpoch: 0, asked: asked() });
const leave = async (host: string, process: string) =>
  (await signOff(db, { host, process })).map(({ holder, epoch }) => `${holder} ${epoch}`);

test('a host that signs off moves only as many placements as other hosts have room for, and gets no new ones', async () => {
  await signOn('leaving', 'p1');
  await signOn('other', 'p2', { capacity: 2 });
  await signOn('refusing', 'p3', { capacity: 9, refusal: 'it takes no more work' });
  for (const holder of ['a', 'b', 'c']) await place('leaving', holder);
  await place('other', 'd');
  assert.deepEqual(await leave('leaving', 'p1'), ['a 1']);
  assert.deepEqual((await hostStatus({ host: 'leaving' })).lost, true);
  assert.deepEqual(await place('leaving', 'e'), { kind: 'closed', reason: 'it has signed off' });
  assert.deepEqual(await place('refusing', 'e'), { kind: 'closed', reason: 'it takes no more work' });
});

test('the only host, or one beside full ones, keeps its places while it restarts', async () => {
  // Those whom the test before sent away would come first.
  await db.deleteFrom('slot_waits').execute();
  await signOn('only', 'p1');
  await place('only', 'a');
  assert.deepEqual(await leave('only', 'p1'), []);
  const { lost, hasLeft } = await hostStatus({ host: 'only' });
  assert.deepEqual([lost, hasLeft], [false, true]);
  await signOn('full', 'p2', { capacity: 1 });
  await place('full', 'b');
  assert.equal((await hostStatus({ host: 'only' })).lost, false);

  await signOn('only', 'p3');
  assert.equal((await hostStatus({ host: 'only' })).hasLeft, false);
  await releaseHost(db, { holder: 'b', asked: asked() });
  assert.equal((await hostStatus({ host: 'only' })).lost, false, 'it is back');
  assert.equal((await place('only', 'a')).kind, 'placed');
});

test('a host whose other worker process goes on has not left, and a late report brings none back', async () => {
  await signOn('shared', 'p1');
  await signOn('shared', 'p2');
  await signOn('other', 'p3');
  await place('shared', 'a');
  assert.deepEqual(await leave('shared', 'p1'), []);
  assert.equal((await hostStatus({ host: 'shared' })).hasLeft, false);
  assert.deepEqual(await leave('shared', 'p2'), ['a 1']);
  await reportHost(db, { name: 'shared', capacity: 3, process: { id: 'p2', signsOn: false } });
  assert.equal((await hostStatus({ host: 'shared' })).hasLeft, true);
});

test('a process that was frozen while another signed the host off has it back with its next report', async () => {
  for (const id of ['p1', 'p2', 'p3']) await signOn('thawed', id);
  const silent = { seen_at: sql<Date>`now() - interval '2 days'` };
  await db
    .updateTable('host_processes')
    .set(silent)
    .where('host', '=', 'thawed')
    .where('process', '<>', 'p1')
    .execute();
  await leave('thawed', 'p1');
  assert.equal((await hostStatus({ host: 'thawed' })).hasLeft, true);
  const report = (id: string) => reportHost(db, { name: 'thawed', capacity: 3, process: { id, signsOn: false } });
  await report('p1');
  assert.equal((await hostStatus({ host: 'thawed' })).hasLeft, true, 'it was on its way when it signed off');
  await report('p2');
  assert.equal((await hostStatus({ host: 'thawed' })).hasLeft, false);
  await leave('thawed', 'p2');
  assert.equal((await hostStatus({ host: 'thawed' })).hasLeft, true, 'the third is silent still');
});
