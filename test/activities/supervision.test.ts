/** The supervisor is told once, and executions that were closed from outside are settled, on a real Temporal server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecordActivities } from '../../activities/records.ts';
import { pauseFactory, resumeFactory } from '../../db/writes/factory-pause.ts';
import { clearCall, storeMail } from '../../db/writes/mail.ts';
import type { EpicView } from '../../workflows/contract/records.ts';
import { useSupervision } from '../support/supervision.ts';
import { agentView, epicView, taskView } from '../support/views.ts';
import { waitFor } from '../support/wait-for.ts';

const { inActivity, supervision, reconcile, unreachable, heard, park, parkEpic, database, temporal } = useSupervision();

test('the first word starts the supervisor, and it hears every later one', async () => {
  const { requestAdmission, escalate } = supervision();
  await inActivity(requestAdmission, { epicId: 'abc', priority: 2 });
  const escalation = { escalationId: 'e1', epicId: 'abc', failure: 'TaskFailed', message: 'broken', retries: 0 };
  await inActivity(escalate, escalation);
  assert.deepEqual(await heard(), [
    ['requestAdmission', { epicId: 'abc', priority: 2, limit: 3 }],
    ['escalate', escalation],
  ]);
});

test('the open epics are those that run and were admitted, whatever words their phase has', async () => {
  const open = await parkEpic('open');
  const closed = await parkEpic('closed');
  const waiting = await parkEpic('waiting', { admitted: false, phase: 'in line' });
  const unrecorded = await park('epicWorkflow', 'epic-unrecorded');
  const query = "WorkflowId = 'epic-unrecorded'";
  await waitFor(async () => (await temporal().client.workflow.count(query)).count === 1);
  await closed.handle.terminate();
  const ids = await waitFor(async () => {
    const found = await inActivity(() => supervision().listOpenEpics({}), undefined);
    return found.admitted.includes('open') && !found.admitted.includes('closed') && found;
  });
  assert.deepEqual(ids, { admitted: ['open'], limit: 3 });
  await Promise.all([open, waiting, unrecorded].map(({ handle }) => handle.terminate()));
});

test('an admitted epic that the supervisor lost is counted again, and a counted epic without a slot is released', async () => {
  const works = await parkEpic('works', { input: { ...epicView('works', 1).input, priority: 2 } }, true);
  const lags = await parkEpic('lags', { admitted: true }, false);
  const leaves = await parkEpic('leaves', { admitted: false }, false);
  const late = await parkEpic('late', { admitted: false }, true);
  const { requestAdmission } = supervision();
  for (const epicId of ['leaves', 'late']) await inActivity(requestAdmission, { epicId, priority: 0 });
  const epics = { works, lags, leaves, late };
  const words = async () =>
    (await heard()).filter(([, { epicId }]) => epicId in epics).map(([word, { epicId }]) => `${word} ${epicId}`);
  const asked = ['requestAdmission leaves', 'requestAdmission late'];
  await reconcile(30);
  assert.deepEqual(await words(), asked, 'what was written a moment ago may be on its way');
  await reconcile();
  const corrected = [...asked, 'releaseAdmission leaves', 'requestAdmission works'];
  assert.deepEqual(await words(), corrected);
  assert.deepEqual((await heard()).at(-1), ['requestAdmission', { epicId: 'works', priority: 2, limit: 3 }]);
  await reconcile();
  assert.deepEqual(await words(), corrected);
  await Promise.all(Object.values(epics).map(({ handle }) => handle.terminate()));
  await reconcile();
});

test('a part of the reconciler that fails does not stop the others', async () => {
  const { db } = database();
  const [broken, sound] = [await parkEpic('a-broken'), await parkEpic('b-sound')];
  await Promise.all([broken.handle.terminate(), sound.handle.terminate()]);
  await db
    .insertInto('draft_watches')
    .values({ transcript: 'old', until: new Date(0) })
    .execute();
  const states = async () => {
    const rows = db.selectFrom('epics').select('state').where('id', 'in', ['a-broken', 'b-sound']).orderBy('id');
    return (await rows.execute()).map(({ state }) => state);
  };
  unreachable.add('epic-a-broken');
  await assert.rejects(reconcile(), /Temporal is away/);
  assert.deepEqual(await states(), ['IN_PROGRESS', 'FAILED']);
  assert.deepEqual(await db.selectFrom('draft_watches').selectAll().execute(), []);
  unreachable.clear();
  await reconcile();
  assert.deepEqual(await states(), ['FAILED', 'FAILED']);
});

test('an epic that has not moved for an hour is told once, and one that says why it waits is not', async () => {
  const { db } = database();
  const settings = { supervisor: { may: [], budgetMicroUsd: 1 } } as unknown as NonNullable<EpicView['settings']>;
  const hold = { kind: 'person' as const, reason: 'a question', since: '2026-01-01T00:00:00.000Z' };
  const asks: [string, Partial<EpicView>][] = [
    ['still', { settings, requests: [] }],
    ['still-asking', { settings }],
    ['still-paused', { settings, requests: [], paused: true }],
    ['still-waiting', { settings, requests: [], hold }],
    ['still-unwatched', { requests: [] }],
    ['still-behind', { settings, requests: [] }],
    ['still-beside', { settings, requests: [] }],
    ['still-placed', { settings, requests: [] }],
    ['still-in-line', { settings, requests: [], admitted: false }],
  ];
  const epics = await Promise.all(asks.map(([id, rest]) => parkEpic(id, rest)));
  const told = () =>
    Promise.all(
      epics.map(({ handle }) => handle.query<{ since: string }[], []>('stalled').then(({ length }) => length)),
    );
  for (const [id, kind] of [
    ['still-behind', 'host'],
    ['still-beside', 'lane'],
  ] as const) {
    const update = { state: 'IN_PROGRESS', hold: JSON.stringify({ ...hold, kind }) };
    await db.updateTable('tasks').set(update).where('epic_id', '=', id).where('key', '=', 'first').execute();
  }
  const works = { state: 'IN_PROGRESS', hold: null };
  await db.updateTable('tasks').set(works).where('epic_id', '=', 'still-beside').where('key', '=', 'second').execute();
  const { recordAgent } = createRecordActivities({ db });
  const planner = { ...agentView('still-placed.epic.plan.1', 1), hold: { ...hold, kind: 'host' as const } };
  const run = { workflowId: 'agent-still-placed.epic.plan.1', runId: 'r' };
  await inActivity(recordAgent, { view: planner, chain: 'c', decisions: [] }, run);
  await reconcile(3_600);
  assert.deepEqual(await told(), Array(9).fill(0), 'they have just moved');
  const old = new Date(Date.now() - 61 * 60_000);
  for (const table of ['epics', 'tasks', 'agents'] as const)
    await db.updateTable(table).set({ updated_at: old }).execute();
  unreachable.add('epic-still');
  await assert.rejects(reconcile(7_200), /Temporal is away/);
  assert.deepEqual(await told(), [0, 0, 0, 0, 0, 0, 1, 0, 1], 'the others are told all the same');
  unreachable.clear();
  await reconcile(7_200);
  await reconcile(7_200);
  assert.deepEqual(await told(), [1, 0, 0, 0, 0, 0, 1, 0, 1], 'what works beside one that waits may hang');
  const [{ since } = { since: '' }] = await (epics[0]?.handle.query<{ since: string }[], []>('stalled') ?? []);
  assert.equal(since, old.toISOString());
  await Promise.all(epics.map(({ handle }) => handle.terminate()));
});

test('an epic that could not be called for mail to its Orchestrator is called later, once, and again with other mail', async () => {
  const { db } = database();
  const [epic, over] = [
    await parkEpic('written'),
    await parkEpic('written-over', { closedAt: new Date().toISOString() }),
  ];
  const calls = () => Promise.all([epic, over].map(({ handle }) => handle.query<number, []>('mails')));
  let mails = 0;
  const write = (epicId: string, recipient: 'orchestrator' | 'task/first') => {
    const mail = { epicId, kind: 'mail' as const, sender: 'human', recipient, subject: 'News', body: 'It changed' };
    return db.transaction().execute((trx) => storeMail(trx, { ...mail, id: `written-${++mails}` }));
  };
  await write('written', 'task/first');
  await reconcile(3_600);
  assert.deepEqual(await calls(), [0, 0], 'agents look by themselves');
  for (const epicId of ['written', 'written', 'written-over']) await write(epicId, 'orchestrator');
  unreachable.add('epic-written');
  await assert.rejects(reconcile(3_600), /Temporal is away/);
  unreachable.clear();
  await reconcile(3_600);
  await write('written', 'orchestrator');
  await reconcile(3_600);
  assert.deepEqual(await calls(), [1, 0], 'it has not looked since');
  await clearCall(db, 'epic-written');
  await reconcile(3_600);
  assert.deepEqual(await calls(), [1, 0]);
  await write('written', 'orchestrator');
  await reconcile(3_600);
  assert.deepEqual(await calls(), [2, 0]);
  await Promise.all([epic, over].map(({ handle }) => handle.terminate()));
});

test('who waits out a pause of the whole factory learns that there was one, and of none before', async () => {
  const { db } = database();
  const epic = await parkEpic('resumed');
  const { outlastPause } = supervision();
  const ask = (since: Date) => inActivity(outlastPause, { epicId: 'resumed', since: since.toISOString() });
  const before = new Date();
  assert.deepEqual(await ask(before), { wasHeld: false });
  await pauseFactory(db, { by: 'ann' });
  await resumeFactory(db, { by: 'ann' });
  assert.deepEqual(await ask(before), { wasHeld: true });
  assert.deepEqual(await ask(new Date(Date.now() + 1)), { wasHeld: false });
  await epic.handle.terminate();
});

test('old changes are swept with what is settled', async () => {
  const { db } = database();
  await db.insertInto('changes').values({ kind: 'epic', entity_id: 'long ago' }).execute();
  await db
    .updateTable('changes')
    .set({ at: new Date(0) })
    .execute();
  // Not while a transaction that began before is open, be it in another database of the server.
  await waitFor(async () => {
    await reconcile();
    const left = await db.selectFrom('changes').select('id').where('entity_id', '=', 'long ago').execute();
    return left.length === 0;
  });
});

test('an epic that was terminated is settled with all that belongs to it, once', async () => {
  const { db } = database();
  const { recordTask, recordAgent } = createRecordActivities({ db });
  const epic = await parkEpic('gone');
  const task = await park('taskWorkflow', 'epic-gone/task-first');
  const agentId = 'gone.first.implement.1';
  const agent = await park('agentWorkflow', `agent-${agentId}`);
  await inActivity(recordTask, { view: taskView('gone', 'first', 1), chain: 'c', decisions: [] }, task.run);
  await inActivity(recordAgent, { view: agentView(agentId, 1), chain: 'c', decisions: [] }, agent.run);
  await db.insertInto('placements').values({ holder: task.run.workflowId, host: 'h', epoch: 1, held: true }).execute();
  const call = { transcript: agentId, turn: 1, call: 1, epic_id: 'gone', model: 'm', reserved_microusd: 700 };
  await db.insertInto('ledger').values(call).execute();
  const mail = {
    id: 'unread',
    epicId: 'gone',
    kind: 'mail' as const,
    sender: 'human',
    recipient: 'task/first' as const,
  };
  await db.transaction().execute((trx) => storeMail(trx, { ...mail, subject: 'News', body: 'The API changed' }));

  await reconcile();
  assert.equal(
    (await db.selectFrom('epics').select('state').where('id', '=', 'gone').executeTakeFirstOrThrow()).state,
    'IN_PROGRESS',
  );

  await epic.handle.terminate('cleaning up');
  await task.handle.terminate();
  await agent.handle.terminate();
  assert.deepEqual(await reconcile(30), { settled: 0, swept: 0 }, 'what was written a moment ago is left alone');
  assert.equal((await reconcile()).settled, 3);
  assert.deepEqual(await reconcile(), { settled: 0, swept: 0 });

  const row = await db.selectFrom('epics').selectAll().where('id', '=', 'gone').executeTakeFirstOrThrow();
  assert.equal(row.state, 'FAILED');
  assert.match(JSON.stringify(row.failure), /ClosedFromOutside.*terminated by .*: cleaning up/);
  assert.notEqual(row.closed_at, null);
  const tasks = await db
    .selectFrom('tasks')
    .select(['key', 'state'])
    .where('epic_id', '=', 'gone')
    .orderBy('key')
    .execute();
  assert.deepEqual(tasks, [
    { key: 'first', state: 'FAILED' },
    { key: 'second', state: 'CANCELLED' },
  ]);
  const agents = await db.selectFrom('agents').select('state').where('id', '=', agentId).execute();
  assert.deepEqual(agents, [{ state: 'FAILED' }]);
  const requests = await db.selectFrom('human_requests').select('state').where('epic_id', '=', 'gone').execute();
  assert.deepEqual(requests, [{ state: 'withdrawn' }]);
  const slots = await db.selectFrom('placements').select('held').execute();
  assert.deepEqual(slots, [{ held: false }]);
  const calls = await db.selectFrom('ledger').select(['outcome', 'settled_microusd']).execute();
  assert.deepEqual(calls, [{ outcome: 'unknown', settled_microusd: 700 }]);
  const log = await db.selectFrom('decision_log').select('decision').where('epic_id', '=', 'gone').execute();
  assert.deepEqual(
    log.map(({ decision }) => decision).filter((decision) => /^mail \d+ by human reached nobody$/.test(decision))
      .length,
    1,
  );
  assert.equal(log.length, 4);
  const released = (await heard()).filter(
    ([name, message]) => name === 'releaseAdmission' && message.epicId === 'gone',
  );
  assert.equal(released.length, 1);
});
