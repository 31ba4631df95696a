/** Mail as rows: which mails are the same, and calls of workflows that no look for mail misses. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '../../db/connection.ts';
import { callOnce, clearCall, storeMail } from '../../db/writes/mail.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { waitFor } from '../support/wait-for.ts';

let database: TestDatabase;
let db: Database;
before(async () => {
  database = await createDatabase();
  db = database.db;
});
after(() => database.drop());

test('a mail that waits for its answer is another than the same one that does not', async () => {
  const store = (id: string, awaitReply: boolean) =>
    db.transaction().execute((trx) =>
      storeMail(trx, {
        ...{ id, epicId: 'shop', kind: 'mail', sender: 'task/slugs', recipient: 'orchestrator' },
        ...{ subject: 'Format', body: 'Which?', awaitReply },
      }),
    );
  const stored = [];
  for (const [index, waits] of [false, true, true, false].entries()) stored.push(await store(`${index}`, waits));
  assert.deepEqual(
    stored.map(({ isNew }) => isNew),
    [true, true, false, false],
  );
  const waits = await db.selectFrom('mail').select(['await_reply', 'repeated_by']).orderBy('number').execute();
  assert.deepEqual(waits, [
    { await_reply: false, repeated_by: [] },
    { await_reply: true, repeated_by: ['2', '3'] },
  ]);
});

test('a look waits for the call under way, and clears it', async () => {
  const order: string[] = [];
  const called = Promise.withResolvers<void>();
  const signalled = Promise.withResolvers<void>();
  const call = callOnce(db, 'epic-race', async () => {
    called.resolve();
    await signalled.promise;
    order.push('called');
  });
  await called.promise;
  const look = clearCall(db, 'epic-race').then(() => order.push('looked'));
  const isWaiting = async () => {
    const { rows } = await sql`
      select from pg_locks join pg_database on pg_database.oid = pg_locks.database
      where locktype = 'advisory' and not granted and datname = current_database()`.execute(db);
    return rows.length > 0;
  };
  await Promise.race([look, waitFor(isWaiting, { what: 'the look to wait' })]);
  assert.equal(order.length, 0, 'a look before the call is noted would not clear it');
  signalled.resolve();
  await Promise.all([call, look]);
  assert.deepEqual(order, ['called', 'looked']);
  await callOnce(db, 'epic-race', async () => void order.push('called again'));
  await callOnce(db, 'epic-race', async () => void order.push('and once more'));
  assert.equal(order.at(-1), 'called again');
  const refused = callOnce(db, 'epic-away', () => Promise.reject(new Error('Temporal is away')));
  await assert.rejects(refused, /is away/);
  await callOnce(db, 'epic-away', async () => void order.push('tried again'));
  assert.equal(order.at(-1), 'tried again');
});
