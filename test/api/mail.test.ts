/** Mail and words of people over the API: stored once, answered, refused where nobody reads any more. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readOwedCalls } from '../../db/reads/unread-mail.ts';
import { storeMail } from '../../db/writes/mail.ts';
import { openRecordedApi } from '../support/recorded-api.ts';
import { epicView, plannedTask } from '../support/views.ts';

const { api, close, db, record } = await openRecordedApi({ answerWithinMs: 200 });
after(close);
const status = (state: 'COMPLETED' | 'CANCELLED') => ({ status: { state, phase: '' }, closed: true });

before(async () => {
  const tasks = [plannedTask('first', 0), plannedTask('merged', 1, status('COMPLETED'))];
  await record.epic(epicView('shop', 1, { tasks }));
  const closed = { state: 'COMPLETED' as const, closedAt: new Date().toISOString() };
  await record.epic(epicView('over', 1, { ...closed, tasks: [] }));
  await record.epic(epicView('plan', 1, { state: 'PLANNING' }));
  await record.epic(epicView('done', 1, { tasks: [plannedTask('only', 0, status('COMPLETED'))] }));
});

const fromAgent = (id: string, subject: string) =>
  db.transaction().execute((trx) =>
    storeMail(trx, {
      ...{ id, epicId: 'shop', kind: 'mail', sender: 'task/first', recipient: 'human', subject, body: 'Which one?' },
    }),
  );
const tell = (url: string, text: string, headers = {}) => api.ask('POST', url, { text, by: 'ann' }, headers);
const words = () =>
  db
    .selectFrom('mail')
    .select(['recipient', 'body'])
    .where('epic_id', '=', 'shop')
    .where('kind', '=', 'word')
    .orderBy('number')
    .execute();

test('a word is stored once under its key, also while Temporal is away, and is in the log', async () => {
  for (const text of ['do it', 'do it']) {
    const { status, body } = await tell('/tasks/shop.first/tell', text, { 'idempotency-key': 'k1' });
    assert.equal(status, 200, JSON.stringify(body));
    assert.match(body.message, /^word \d+ is stored; it is read before the next turn/);
  }
  const other = await tell('/tasks/shop.first/tell', 'something else', { 'idempotency-key': 'k1' });
  assert.deepEqual([other.status, other.body.error.code], [409, 'KeyReused']);
  await tell('/epics/shop/tell', 'all of you');
  // A key is one epic's own.
  assert.equal((await tell('/epics/plan/tell', 'do it', { 'idempotency-key': 'k1' })).status, 200);
  assert.deepEqual(await words(), [
    { recipient: 'task/first', body: 'do it' },
    { recipient: 'epic', body: 'all of you' },
  ]);
  const log = await db
    .selectFrom('decision_log')
    .select(['actor', 'decision', 'task_key'])
    .where('epic_id', '=', 'shop')
    .execute();
  assert.deepEqual(
    log.map(({ actor, decision, task_key }) => [actor, decision.replace(/\d+/, 'N'), task_key]),
    [
      ['ann', 'word N to task/first', 'first'],
      ['ann', 'word N to epic', null],
    ],
  );
});

test('nobody is told what no round will see', async () => {
  const cases = [
    ['/tasks/shop.merged/tell', 409, /"merged" is merged, so no Worker would read this; add a task/],
    ['/tasks/shop.gone/tell', 404, /There is no task\/gone/],
    ['/epics/over/tell', 409, /has ended \(COMPLETED\)/],
    ['/epics/done/tell', 409, /Every task of the epic has ended/],
    ['/epics/never/tell', 404, /There is no epic "never"/],
  ] as const;
  for (const [url, expected, message] of cases) {
    const { status, body } = await tell(url, 'hello');
    assert.equal(status, expected, url);
    assert.match(body.error.message, message);
  }
  const orchestrator = { to: 'orchestrator', subject: 'News', body: 'The API changed', by: 'ann' };
  const late = await api.ask('POST', '/epics/done/mail', orchestrator);
  assert.deepEqual([late.status, /its Orchestrator reads no mail/.test(late.body.error.message)], [409, true]);
  assert.equal((await tell('/tasks/shop.first/tell', ' ')).status, 400);
  assert.equal((await tell('/tasks/shop.first/tell', 'x'.repeat(10_001))).status, 400);
});

test('the inbox has what people have not read, a reply goes to its sender and takes it out', async () => {
  const [first, second] = [await fromAgent('a', 'A format'), await fromAgent('b', 'A name')];
  const inbox = async () => (await api.ask('GET', '/mail')).body;
  assert.deepEqual(
    (await inbox()).mails.map(({ subject }: { subject: string }) => subject),
    ['A name', 'A format'],
  );
  assert.equal((await inbox()).waiting, 2);
  const replied = await api.ask('POST', `/mail/${first.number}/reply`, { body: 'The old one', by: 'ann' });
  assert.equal(replied.status, 200, JSON.stringify(replied.body));
  for (const by of ['ann', 'bob']) await api.ask('POST', `/mail/${second.number}/done`, { by });
  assert.equal((await api.ask('GET', `/mail/${second.number}`)).body.mail.doneBy, 'ann', 'the first who saw to it');
  assert.deepEqual(await inbox(), { waiting: 0, mails: [] });
  await api.ask('POST', `/mail/${first.number}/reply`, { body: 'Or the new one', by: 'bob' });
  const { body: thread } = await api.ask('GET', `/mail/${first.number}`);
  assert.deepEqual(
    [thread.mail.doneBy, thread.answers.map(({ to, subject, by }: Record<string, string>) => [to, subject, by])],
    [
      'ann',
      [
        ['task/first', 'Re: A format', 'ann'],
        ['task/first', 'Re: A format', 'bob'],
      ],
    ],
  );
  const toAgent = await api.ask('POST', `/mail/${thread.answers[0].number}/done`, { by: 'ann' });
  assert.equal(toAgent.body.changed, false, 'what an agent is to read is nobody else’s');
  // The same alarm again is shown again.
  await fromAgent('c', 'A format');
  const [again] = (await inbox()).mails;
  assert.deepEqual([again.number, again.times], [first.number, 2]);
  assert.equal((await api.ask('POST', `/mail/${thread.answers[0].number}/reply`, { body: 'x' })).status, 409);
  assert.equal((await api.ask('GET', '/mail/999999')).status, 404);
});

test('a person writes to agents by address, and a mail between agents is not in the inbox', async () => {
  const send = (to: string) =>
    api.ask('POST', '/epics/shop/mail', { to, subject: 'News', body: 'The API changed', by: 'ann' });
  assert.equal((await send('task/first')).status, 200);
  assert.deepEqual(await readOwedCalls(db), []);
  assert.equal((await send('orchestrator')).status, 200);
  // Temporal is away, so the reconciler calls it.
  assert.deepEqual(await readOwedCalls(db), ['epic-shop']);
  assert.equal((await send('human')).status, 400);
  assert.equal((await send('everybody')).status, 400);
  const all = (await api.ask('GET', '/mail?box=all&epicId=shop&limit=2')).body.mails;
  assert.deepEqual(
    all.map(({ to, by, readBy }: Record<string, unknown>) => [to, by, readBy]),
    [
      ['orchestrator', 'ann', null],
      ['task/first', 'ann', null],
    ],
  );
  const next = (await api.ask('GET', `/mail?box=all&epicId=shop&limit=1&before=${all[0].number}`)).body.mails;
  assert.deepEqual(next, all.slice(1));
});

test('what waits for a task that ends is said to reach nobody', async () => {
  const key = { 'idempotency-key': 'before its end' };
  await tell('/tasks/shop.first/tell', 'one more thing', key);
  const tasks = [plannedTask('first', 0, status('CANCELLED')), plannedTask('merged', 1, status('COMPLETED'))];
  await record.epic(epicView('shop', 2, { tasks }));
  const lapsed = await db
    .selectFrom('decision_log')
    .select(['decision', 'reason'])
    .where('decision', 'like', '%reached nobody')
    .where('decision', 'like', 'word%')
    .orderBy('id', 'desc')
    .execute();
  assert.match(lapsed[0]?.reason ?? '', /its recipient ended before its next turn: one more thing/);
  // Whoever lost the answer learns that it is stored, not that it is refused.
  const again = await tell('/tasks/shop.first/tell', 'one more thing', key);
  assert.deepEqual([again.status, again.body.changed], [200, false], JSON.stringify(again.body));
});

test('what waits for an epic that fails is said to reach nobody', async () => {
  await tell('/epics/plan/tell', 'one more thing');
  const failed = { state: 'FAILED' as const, closedAt: new Date().toISOString() };
  await record.epic(epicView('plan', 2, failed));
  const open = await db
    .selectFrom('mail')
    .select('number')
    .where('epic_id', '=', 'plan')
    .where('lapsed_at', 'is', null)
    .execute();
  assert.deepEqual(open, []);
});
