/** The stream of events over real sockets and a real PostgreSQL: nothing twice, nothing missed. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { readChanges } from '../../db/reads/changes.ts';
import { sweepChanges } from '../../db/writes/changes.ts';
import { appendDecisions } from '../../db/writes/decisions.ts';
import { follow } from '../support/event-stream.ts';
import { capOf, openEventsServer, writeCap } from '../support/events-server.ts';
import { waitFor } from '../support/wait-for.ts';

const { close, database, server } = await openEventsServer();
const { db } = database;
after(close);

/** A transaction that stays open until it is told to commit. */
async function openTransaction(epicId: string): Promise<() => Promise<void>> {
  const commit = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const done = db.transaction().execute(async (trx) => {
    await writeCap(trx, epicId);
    written.resolve();
    await commit.promise;
  });
  await written.promise;
  return () => {
    commit.resolve();
    return done;
  };
}

test('a change comes once a batch, to those who ask for its epic', async () => {
  const all = follow({ url: server.url });
  const one = follow({ url: `${server.url}?epicId=mine` });
  await Promise.all([all.next('hello'), one.next('hello')]);
  await db.transaction().execute(async (trx) => {
    for (const epicId of ['mine', 'mine', 'other']) await writeCap(trx, epicId);
  });
  await Promise.all([all.next('change'), one.next('change')]);
  assert.deepEqual(all.changes(), [capOf('mine'), capOf('other')]);
  assert.deepEqual(one.changes(), [capOf('mine')]);
  await Promise.all([all.end(), one.end()]);
});

test('transactions that commit in reverse are neither missed nor repeated, and hold nobody back', async () => {
  const stream = follow({ url: server.url });
  await stream.next('hello');
  const commitFirst = await openTransaction('first');
  const commitSecond = await openTransaction('second');
  await commitSecond();
  await stream.next('change');
  assert.deepEqual(stream.changes(), [capOf('second')]);
  const headers = { 'last-event-id': stream.position() };
  const resumed = [follow({ url: server.url, headers }), follow({ url: `${server.url}?after=${stream.position()}` })];
  await commitFirst();
  for (const reader of [stream, ...resumed]) await waitFor(() => reader.changes().at(-1)?.id === 'first');
  assert.deepEqual(stream.changes(), [capOf('second'), capOf('first')]);
  for (const reader of resumed) assert.deepEqual(reader.changes(), [capOf('first')]);
  await Promise.all([stream, ...resumed].map((reader) => reader.end()));
});

test('through hundreds of random writes and reconnects each change comes exactly once', async () => {
  let position = (await readChanges(db, {})).position;
  const written: string[] = [];
  const seen: string[] = [];
  let isWriting = true;
  const write = async (writer: number) => {
    for (let n = 0; n < 75; n++) {
      const keys = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, (_, i) => `${writer}/${n}/${i}`);
      const isLost = Math.random() < 0.2;
      await db
        .transaction()
        .execute(async (trx) => {
          for (const key of keys) await appendDecisions(trx, [decision(key)]);
          await sql`select pg_sleep(${Math.random() / 50})`.execute(trx);
          if (isLost) throw new Error('rolled back');
        })
        .then(
          () => written.push(...keys),
          () => undefined,
        );
    }
  };
  const read = async () => {
    while (isWriting || seen.length < written.length) {
      const stream = follow({ url: server.url, headers: { 'last-event-id': position } });
      const enough = 1 + Math.floor(Math.random() * 5);
      await waitFor(() => stream.events.length >= enough || !isWriting, { intervalMs: 5 });
      await waitFor(() => isWriting || stream.changes().length + seen.length >= written.length, { intervalMs: 5 });
      await stream.end();
      seen.push(...stream.changes().map(({ id }) => id));
      position = stream.position() || position;
    }
  };
  await Promise.all([Promise.all([1, 2, 3, 4].map(write)).finally(() => (isWriting = false)), read()]);
  const rows = await db.selectFrom('decision_log').select('id').where('actor', '=', 'test').execute();
  assert.equal(rows.length, written.length);
  assert.deepEqual(seen.toSorted(), rows.map(({ id }) => String(id)).toSorted());
});

const decision = (key: string) => ({
  ...{ key, at: new Date().toISOString(), actor: 'test', decision: key, reason: '' },
  kind: 'decision' as const,
});

/**
 * A position after all that was written so far. A snapshot is of all databases of a server: one taken while another
 * test's transaction is open could not tell later whether what is swept had been seen.
 */
const settledPosition = () =>
  waitFor(
    async () => {
      const { position } = await readChanges(db, {});
      const { rows } = await sql<{ isSettled: boolean }>`
        select not exists (select from changes where xid >= pg_snapshot_xmin(${position}::pg_snapshot)) as "isSettled"
      `.execute(db);
      return rows[0]?.isSettled && position;
    },
    { timeoutMs: 30_000, what: 'older transactions to end' },
  );

/** Waits for other tests' transactions too, which hold a sweep up. */
const sweptFrom = (position: string, keptMinutes?: number) =>
  waitFor(
    async () => {
      await sweepChanges(db, keptMinutes);
      return (await readChanges(db, { after: position })).changes === null;
    },
    { timeoutMs: 30_000, what: 'what came after the position to be swept' },
  );

test('a position that is older than what is kept, or of another database, resets the reader', async () => {
  const before = await settledPosition();
  await writeCap(db, 'swept');
  const between = await settledPosition();
  await writeCap(db, 'kept');
  await sql`update changes set at = 'epoch' where id <= (select id from changes where entity_id = 'swept')`.execute(db);
  const open = await openTransaction('open');
  await sweptFrom(before);
  await open();
  assert.deepEqual((await readChanges(db, { after: between })).changes, [capOf('kept'), capOf('open')]);
  for (const after of [before, '9000000000000:9000000000000:']) {
    const stream = follow({ url: `${server.url}?after=${after}` });
    await stream.next('reset');
    await writeCap(db, 'after reset');
    await stream.next('change');
    assert.deepEqual([stream.events.length, stream.changes()], [2, [capOf('after reset')]]);
    await stream.end();
  }
});

test('a sweep loses nothing of a transaction that is open meanwhile', async () => {
  await settledPosition();
  const commit = await openTransaction('long');
  const { position } = await readChanges(db, {});
  await writeCap(db, 'short');
  await sweepChanges(db, -1);
  await commit();
  assert.deepEqual((await readChanges(db, { after: position })).changes, [capOf('long'), capOf('short')]);
  await sweptFrom(position, -1);
  assert.equal((await db.selectFrom('changes').select('id').execute()).length, 0);
});

test('more than a reader can use at once resets it too', async () => {
  const stream = follow({ url: server.url });
  await stream.next('hello');
  await sql`insert into budgets (epic_id, cap_microusd) select 'many-' || i, 1 from generate_series(1, 1001) as i`.execute(
    db,
  );
  await stream.next('reset');
  assert.deepEqual(stream.changes(), []);
  await stream.end();
});

test('a position that is none is refused by the name of its field', async () => {
  for (const [url, headers, field] of [
    [`${server.url}?after=yesterday`, {}, 'after'],
    [`${server.url}?after=9:5:`, {}, 'after'],
    [`${server.url}?after=4294967296:4294967296:`, {}, 'after'],
    [server.url, { 'last-event-id': '17' }, 'last-event-id'],
  ] as const) {
    const response = await fetch(url, { headers });
    const { error } = (await response.json()) as { error: { message: string; details: { field: string }[] } };
    assert.deepEqual([response.status, error.details.map((detail) => detail.field)], [400, [field]]);
    assert.match(error.message, /no position of this stream/);
  }
  assert.equal((await fetch(server.url, { method: 'HEAD' })).status, 405);
});
