/** Mail as rows: which mails are the same, who is told which, what lapses, and calls that no look for mail misses. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { deliveryOf } from '../../activities/agent/deliver-mail.ts';
import type { Database } from '../../db/connection.ts';
import { hasOrchestratorMail } from '../../db/reads/correspondence.ts';
import { type MailReader, readersToCall, readUnread } from '../../db/reads/unread-mail.ts';
import { callOnce, clearCall, lapseMail, storeMail } from '../../db/writes/mail.ts';
import type { Purpose } from '../../workflows/contract/states.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { recorder } from '../support/recording.ts';
import { epicView } from '../support/views.ts';
import { waitFor } from '../support/wait-for.ts';

let database: TestDatabase;
let db: Database;
before(async () => {
  database = await createDatabase();
  db = database.db;
});
after(() => database.drop());

let mails = 0;
const post = (more: Partial<Parameters<typeof storeMail>[1]> = {}, on: Database = db) =>
  storeMail(on, {
    ...{ id: `mail-${++mails}`, epicId: 'shop', kind: 'mail', sender: 'task/slugs', recipient: 'orchestrator' },
    ...{ subject: 'Format', body: `${mails}`, ...more },
  });

/** An agent's transcript. */
async function open(id: string, purpose: Purpose, attempt = 1): Promise<MailReader> {
  const [epicId = '', key] = id.split('.');
  const taskKey = key === 'epic' ? undefined : key;
  const row = { id, epic_id: epicId, task_key: taskKey ?? null, purpose, attempt, opened_by: id };
  await db.insertInto('transcripts').values(row).execute();
  return { epicId, transcript: id, purpose, taskKey };
}
const unread = async (reader: MailReader) => (await readUnread(db, reader)).map(({ body }) => body);
const deliver = ({ transcript }: MailReader, mail: number) =>
  db.insertInto('mail_deliveries').values({ transcript, mail, turn: 1 }).execute();

const isLocked = async () => {
  const { rows } = await sql`
    select from pg_locks join pg_database on pg_database.oid = pg_locks.database
    where locktype = 'advisory' and not granted and datname = current_database()`.execute(db);
  return rows.length > 0;
};

test('of many mails the oldest are told first, so many as fit, and what lapsed is told no more', async () => {
  const reader = await open('many.a.implement.1', 'implement');
  const mail = { epicId: 'many', recipient: 'task/a' };
  const numbers: number[] = [];
  for (let at = 0; at < 32; at += 1) numbers.push((await post({ ...mail, body: `b${at}` })).number);
  await post({ ...mail, epicId: 'other', body: 'of another epic' });
  await db
    .updateTable('mail')
    .set({ lapsed_at: new Date() })
    .where('number', '=', numbers[0] ?? 0)
    .execute();
  assert.deepEqual(
    await unread(reader),
    Array.from({ length: 30 }, (_, at) => `b${at + 1}`),
  );
  await post({ ...mail, kind: 'word', sender: 'human', body: 'a word' });
  assert.deepEqual((await unread(reader)).slice(0, 2), ['a word', 'b1']);
});

test('a person’s word is told with the next turn, whatever mail there is', async () => {
  const reader = await open('flood.a.implement.1', 'implement');
  const mail = { epicId: 'flood', recipient: 'task/a' };
  for (let at = 0; at < 7; at += 1) await post({ ...mail, body: `${at}`.repeat(9_000) });
  const word = await post({ ...mail, kind: 'word', sender: 'human', body: 'do not touch billing' });
  const input = { agentId: reader.transcript, turn: 2, epicId: 'flood', taskKey: 'a', purpose: reader.purpose };
  const delivery = deliveryOf(await readUnread(db, reader), input);
  assert.equal(delivery?.numbers[0], word.number);
  assert.match(delivery?.body ?? '', /do not touch billing/);
});

test('a reviewer hears words to its task and none of the Worker’s mail; the planner and who answers mail share theirs', async () => {
  const reviewer = await open('shared.a.review.1', 'review');
  await post({ epicId: 'shared', recipient: 'task/a', body: 'to the Worker' });
  await post({ epicId: 'shared', recipient: 'task/a', kind: 'word', sender: 'human', body: 'a word' });
  await post({ epicId: 'shared', recipient: 'review/a', body: 'to the reviewer' });
  assert.deepEqual(await unread(reviewer), ['a word', 'to the reviewer']);
  const [planner, answers] = [
    await open('shared.epic.plan.1', 'plan'),
    await open('shared.epic.correspond.1', 'correspond'),
  ];
  const { number } = await post({ epicId: 'shared', body: 'to the Orchestrator' });
  assert.deepEqual([await unread(planner), await unread(answers)], [['to the Orchestrator'], ['to the Orchestrator']]);
  assert.equal(await hasOrchestratorMail(db, 'shared'), true);
  await deliver(planner, number);
  assert.deepEqual(await unread(answers), []);
  assert.equal(await hasOrchestratorMail(db, 'shared'), false);
});

test('mail calls the latest agent at an address', async () => {
  for (const attempt of [2, 3, 1]) await open(`calls.a.implement.${attempt}`, 'implement', attempt);
  await open('calls.a.review.9', 'review', 9);
  assert.deepEqual(await readersToCall(db, 'calls', 'task/a'), ['agent-calls.a.implement.3']);
  assert.deepEqual(await readersToCall(db, 'calls', 'orchestrator'), ['epic-calls']);
});

/** Nothing has happened before what `late` waits for is released. */
async function waitsFor(
  late: Promise<unknown>,
  { order, release, why }: { readonly order: readonly string[]; release(): void; readonly why: string },
): Promise<void> {
  try {
    await Promise.race([late, waitFor(isLocked, { what: 'a wait for the lock' })]);
    assert.equal(order.length, 0, why);
  } finally {
    release();
  }
}

test('the same from a person is said again; mail of one epic is stored one after the other', async () => {
  const word = { epicId: 'again', sender: 'human', recipient: 'task/a', body: 'Go on.' };
  assert.deepEqual([(await post(word)).isNew, (await post(word)).isNew], [true, true]);
  const order: string[] = [];
  const [isStored, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const first = db.transaction().execute(async (trx) => {
    await post({ epicId: 'again' }, trx);
    isStored.resolve();
    await mayCommit.promise;
  });
  await isStored.promise;
  const second = db.transaction().execute((trx) => post({ epicId: 'again' }, trx));
  const late = second.then(() => order.push('second'));
  await waitsFor(late, { order, release: mayCommit.resolve, why: 'a reader could miss the lower number' });
  await Promise.all([first, late]);
});

test('what ends with its task is what no Worker has read: mail to people stays, a word that only a reviewer heard does not', async () => {
  const [worker, reviewer] = [await open('ends.a.implement.1', 'implement'), await open('ends.a.review.1', 'review')];
  const view = epicView('ends', 1, { state: 'COMPLETED', closedAt: new Date().toISOString() });
  await recorder(db).epic(view);
  const word = { epicId: 'ends', recipient: 'task/a', kind: 'word' as const, sender: 'human' };
  const [read, told] = [await post({ ...word, body: 'read' }), await post({ ...word, body: 'told' })];
  await deliver(worker, read.number);
  await deliver(reviewer, told.number);
  const people = await post({ epicId: 'ends', sender: 'task/a', recipient: 'human' });
  assert.deepEqual(await lapseMail(db, 'ends'), [told.number]);
  assert.deepEqual(await lapseMail(db, 'ends'), []);
  const left = db.selectFrom('mail').select('number').where('epic_id', '=', 'ends').where('lapsed_at', 'is', null);
  assert.deepEqual(await left.orderBy('number').execute(), [{ number: read.number }, { number: people.number }]);
});

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
  const rows = db.selectFrom('mail').select(['await_reply', 'repeated_by']).where('epic_id', '=', 'shop');
  const waits = await rows.orderBy('number').execute();
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
  const why = 'a look before the call is noted would not clear it';
  await waitsFor(look, { order, release: signalled.resolve, why });
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
