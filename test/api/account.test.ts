/** The account of an epic over HTTP: from the decision log alone, for all that was written in whatever order. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appendDecisions } from '../../db/writes/decisions.ts';
import { absentTemporal, createApi } from '../support/api.ts';
import { openRecordedApi } from '../support/recorded-api.ts';
import { epicView, plannedTask } from '../support/views.ts';

const { api, close, db, record } = await openRecordedApi();
after(close);

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const entry = (second: number, decision: string, taskKey?: string) => ({
  ...{ key: `${second}`, at: at(second), epicId: 'shop', actor: 'factory', kind: 'decision' as const, decision },
  ...{ reason: `why ${second}`, ...(taskKey === undefined ? {} : { taskKey }) },
});

before(async () => {
  const tasks = [plannedTask('first', 0), plannedTask('second', 1)];
  await record.epic(epicView('shop', 1, { tasks }));
  // The record of a task may arrive after that of what followed.
  await appendDecisions(db, [entry(3, 'epic COMPLETED'), entry(2, 'first COMPLETED', 'first')]);
  await appendDecisions(db, [entry(1, 'plan of 2 tasks')]);
  await appendDecisions(
    db,
    Array.from({ length: 1_500 }, (_, index) => entry(10 + index, `no. ${index}`, 'first')),
  );
});

test('an account is in the order in which things happened, and has all of a long log', async () => {
  const { status, body } = await api.ask('GET', '/epics/shop/account');
  assert.equal(status, 200);
  assert.deepEqual(
    body.chapters.map(({ title, steps }: { title: string; steps: unknown[] }) => [title, steps.length]),
    [
      ['Planning', 1],
      ['Task first', 1_501],
      ['The epic as a whole', 1],
    ],
  );
  assert.deepEqual([body.from, body.to, body.outcome], [at(1), at(1_509), 'completed']);
});

test('it can be of one task, and of what happened since a time in any zone', async () => {
  const { body } = await api.ask('GET', '/epics/shop/account?taskKey=first&since=2026-01-01T00:25:08Z');
  assert.deepEqual(
    body.chapters[0].steps.map(({ text }: { text: string }) => text),
    ['the factory noted: no. 1498', 'the factory noted: no. 1499'],
  );
  assert.equal(body.outcome, 'completed', 'the epic’s');
  assert.deepEqual((await api.ask('GET', '/epics/shop/account?taskKey=second')).body.chapters, []);
});

test('an epic or task that there is not is named, and so is a time that is none', async () => {
  assert.match((await api.ask('GET', '/epics/none/account')).body.error.message, /There is no epic "none"/);
  const task = await api.ask('GET', '/epics/shop/account?taskKey=none');
  assert.deepEqual([task.status, task.body.error.message], [404, 'There is no task "shop.none"']);
  const time = await api.ask('GET', '/epics/shop/account?since=yesterday');
  assert.equal(time.status, 400);
  assert.match(time.body.error.message, /since/);
});

test('the log itself can be of one task', async () => {
  const { body } = await api.ask('GET', '/epics/shop/log?taskKey=first&limit=2');
  assert.deepEqual(
    body.map(({ decision }: { decision: string }) => decision),
    ['first COMPLETED', 'no. 0'],
  );
});

test('nobody answers under the name of a part of the factory', async () => {
  for (const by of ['factory', ' Worker ', 'SUPERVISOR']) {
    const { status, body } = await api.ask('POST', '/epics/shop/pause', { by });
    assert.deepEqual([status, body.error.details[0].field], [400, 'by'], by);
    assert.match(body.error.message, /give your own name/);
  }
});

test('account and bundle are for those who may read the API', async () => {
  const closed = await createApi(db, absentTemporal(), { apiToken: 'a token' });
  try {
    for (const path of ['account', 'export']) {
      const { status, body } = await closed.ask('GET', `/epics/shop/${path}`);
      assert.deepEqual([status, body.error.code], [401, 'Unauthorized'], path);
      const foreign = await closed.ask('GET', `/epics/shop/${path}`, undefined, { origin: 'http://elsewhere.example' });
      assert.equal(foreign.status, 403, path);
    }
  } finally {
    await closed.close();
  }
});
