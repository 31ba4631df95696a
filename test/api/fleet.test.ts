/** The fleet: hosts with what is placed there, and agents with what they did last. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { sql } from 'kysely';
import { claimHost, reportHost } from '../../db/writes/hosts.ts';
import { createApi } from '../support/api.ts';
import { asked } from '../support/asked.ts';
import { openRecordedApi } from '../support/recorded-api.ts';
import { agentView, epicView, plannedTask, taskView } from '../support/views.ts';

const LIMITS = { tasks: 4, attempts: 5, rounds: 3, turns: 100, budgetUsd: 20 };
const { api, close, db, record } = await openRecordedApi({ version: '1.2.3', limits: LIMITS });
after(close);

before(async () => {
  await record.epic(epicView('shop', 1, { tasks: [plannedTask('first', 0)] }));
  await record.epic(epicView('late', 1, { admitted: false }));
  const placement = { host: 'one', epoch: 1 };
  await record.task(taskView('shop', 'first', 1, { placement }));
  for (const [id, state] of [
    ['shop.first.implement.1', 'BUSY'],
    ['shop.first.implement.2', 'WAITING'],
    ['shop.epic.plan.1', 'COMPLETED'],
    ['shop.first.review.1', 'BUSY'],
  ] as const) {
    const closed = state === 'COMPLETED' ? { closedAt: '2026-01-01T01:00:00.000Z' } : {};
    await record.agent(agentView(id, 2, { state, ...closed }));
    const [epicId = '', , purpose = '', attempt = ''] = id.split('.');
    await db
      .insertInto('transcripts')
      .values({ id, epic_id: epicId, task_key: 'first', purpose, attempt: Number(attempt), opened_by: id })
      .execute();
  }
  const text = (said: string) => ({ type: 'text', text: said });
  const call = (input: object) => ({ type: 'tool_use', id: 'c', name: 'bash', input });
  const turn = (transcript: string, nth: number, content: unknown[]) =>
    sql`insert into agent_turns (transcript, turn, model, message_id, content, stop_reason, usage, cost_microusd, started_at,
      finished_at) values (${transcript}, ${nth}, 'm', ${`${nth}`}, ${JSON.stringify(content)}, 'tool_use', '{}', 1, now(),
      ${`2026-01-01T00:0${nth}:00.000Z`})`.execute(db);
  await turn('shop.first.implement.1', 1, [text('older')]);
  await turn('shop.first.implement.1', 2, [
    text('Runs it'),
    call({ command: 'npm test\n\u001B[2J \u202E evil' }),
    text(' '),
  ]);
  await turn('shop.first.implement.2', 1, [{ type: 'thinking', thinking: 'hm' }, text(`${'word '.repeat(100)}`)]);
  await reportHost(db, { name: 'one', capacity: 2, sandbox: 'bubblewrap' });
  await claimHost(db, {
    host: 'one',
    holder: 'epic-shop/task-first',
    afterEpoch: 0,
    asked: asked(),
  });
  await claimHost(db, { host: 'one', holder: 'epic-shop', afterEpoch: 0, asked: asked() });
  await sql`insert into placements (holder, host, epoch, held) values ('epic-gone/task-x', 'gone', 1, true)`.execute(
    db,
  );
  await sql`insert into provider_holds values ('anthropic', 'm', now() + interval '1 hour', 'quota'),
    ('anthropic', 'old', now() - interval '1 hour', 'over')`.execute(db);
});

test('hosts are told with what is placed there', async () => {
  const { status, body } = await api.ask('GET', '/fleet');
  assert.equal(status, 200);
  const [host] = body.hosts;
  assert.deepEqual([host.name, host.taken, host.capacity, host.sandbox], ['one', 2, 2, 'bubblewrap']);
  assert.deepEqual(
    host.placements.map(({ epicId, taskKey, title }: Record<string, string>) => [epicId, taskKey, title]),
    [
      ['shop', 'first', 'Do first'],
      ['shop', null, 'The epic shop'],
    ],
  );
  assert.deepEqual(
    body.lostPlacements.map(({ host: lost, epicId, taskKey }: Record<string, string>) => [lost, epicId, taskKey]),
    [['gone', 'gone', 'x']],
  );
});

test('agents at work are told with what they said or called last, made visible', async () => {
  const { agents } = (await api.ask('GET', '/fleet')).body;
  const lines = agents.map(({ id, lastLine }: Record<string, string>) => [id, lastLine]);
  assert.deepEqual(lines[0], ['shop.first.implement.1', 'bash: npm test <1B>[2J <202E> evil']);
  assert.deepEqual([lines[1][0], lines[1][1].length, lines[1][1].slice(-5)], ['shop.first.implement.2', 200, 'word…']);
  assert.deepEqual(lines.slice(2), [['shop.first.review.1', null]], 'one that has ended is not at work');
  assert.deepEqual(
    [agents[0].turn, agents[0].since, agents[0].host, agents[0].taskTitle],
    [2, '2026-01-01T00:02:00.000Z', 'one', 'Do first'],
  );
});

test('quotas, limits and versions are told, and what Temporal does not say is left open', async () => {
  const { providerHolds, epics, limits, versions } = (await api.ask('GET', '/fleet')).body;
  assert.deepEqual(
    providerHolds.map(({ model, reason }: Record<string, string>) => [model, reason]),
    [['m', 'quota']],
  );
  assert.deepEqual([epics, limits], [{ admitted: 1, waiting: 1, atOnce: null }, LIMITS]);
  assert.deepEqual([versions.factory, versions.node, versions.temporal], ['1.2.3', process.version, null]);
  assert.match(versions.postgres, /^\d+/);
});

test('the whole factory is paused once, is told wherever epics are, and stays in the log of what is open', async () => {
  assert.deepEqual((await api.ask('GET', '/pause')).body, { pause: null });
  const refused = await api.ask('POST', '/pause', { by: 'ann', epic: 'shop' });
  assert.equal(refused.status, 400);
  const paused = await api.ask('POST', '/pause', { by: 'ann', comment: 'a leak' });
  assert.deepEqual([paused.status, paused.body.changed], [200, true]);
  const again = await api.ask('POST', '/pause', { by: 'bob' });
  assert.deepEqual([again.status, again.body.changed], [200, false]);
  const { pause } = (await api.ask('GET', '/pause')).body;
  assert.deepEqual([pause.by, pause.comment], ['ann', 'a leak']);
  assert.ok(Date.now() - Date.parse(pause.since) < 60_000);
  assert.deepEqual((await api.ask('GET', '/fleet')).body.pause, pause);
  assert.deepEqual((await api.ask('GET', '/epics/shop')).body.factoryPause, pause);
  assert.equal((await api.ask('POST', '/resume', { by: 'bob' })).body.changed, true);
  assert.equal((await api.ask('POST', '/resume', { by: 'bob' })).body.changed, false);
  assert.equal((await api.ask('GET', '/epics/shop')).body.factoryPause, null);
  const log = (await api.ask('GET', '/epics/shop/log')).body as { actor: string; decision: string; reason: string }[];
  assert.deepEqual(
    log.map(({ actor, decision, reason }) => [actor, decision, reason]),
    [
      ['ann', 'pause the whole factory', 'a leak'],
      ['bob', 'resume the whole factory', 'asked for by a person'],
    ],
  );
});

test('the limit of epics at once is the supervisor’s, and the version the server’s own', async () => {
  const status = { admitted: ['shop'], waiting: [], limit: 7 };
  const temporal = {
    options: { namespace: 'default' },
    withDeadline: <T>(_: number, call: () => Promise<T>) => call(),
    workflow: { getHandle: () => ({ query: async () => status }) },
    workflowService: { getSystemInfo: async () => ({ serverVersion: '1.29.0' }) },
  };
  const there = await createApi(db, temporal as unknown as Client);
  const { epics, limits, versions } = (await there.ask('GET', '/fleet')).body;
  await there.close();
  assert.deepEqual([epics.atOnce, limits, versions.temporal], [7, null, '1.29.0']);
});
