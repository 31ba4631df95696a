/** What screens are given: epics, tasks, transcripts and requests as recorded, through the generated client. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { createClient } from '../../api/client/index.ts';
import { buildServer } from '../../api/server.ts';
import { claimHost, reportHost } from '../../db/writes/hosts.ts';
import { signOff } from '../../db/writes/sign-off.ts';
import { absentTemporal } from '../support/api.ts';
import { asked } from '../support/asked.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { recorder } from '../support/recording.ts';
import { agentView, epicView, humanRequest, plannedTask, pullRequest, SHA, taskView } from '../support/views.ts';

const AGENT = 'shop.first.implement.1';
const temporal = absentTemporal();
let database: TestDatabase;
let app: Awaited<ReturnType<typeof buildServer>>;
let client: ReturnType<typeof createClient>;

before(async () => {
  database = await createDatabase();
  app = await buildServer({
    db: database.db,
    temporal,
    allowedHosts: [],
    logLevel: 'silent',
    answerWithinMs: 300,
  });
  // The generated client over a real socket, as the command line uses it.
  client = createClient(await app.listen({ host: '127.0.0.1', port: 0 }));
  await recordShop();
});
after(async () => {
  await app.close();
  await database.drop();
});

/** One epic as its workflows would have told it, with an older and a newer one around it. */
async function recordShop(): Promise<void> {
  const { db } = database;
  const record = recorder(db);
  const hold = { kind: 'blocker' as const, reason: 'waits for first', since: '2026-01-01T00:00:00.000Z' };
  for (const [id, startedAt] of [
    ['older', '2025-01-01T00:00:00.000Z'],
    ['newer', '2027-01-01T00:00:00.000Z'],
  ] as const) {
    await record.epic(epicView(id, 1, { startedAt, state: 'COMPLETED' }));
  }
  const at = '2026-01-01T00:00:00.000Z';
  const planned = { seq: 1, at, epicId: 'shop', actor: 'factory', kind: 'decision' as const, decision: 'plan' };
  const shop = epicView('shop', 1, {
    tasks: [
      plannedTask('first', 0),
      plannedTask('second', 1, { status: { state: 'PENDING' as const, phase: 'waiting', hold } }),
    ],
    requests: [
      humanRequest('m1', { headSha: SHA }),
      humanRequest('q1', { state: 'answered', answer: { requestId: 'q1', decision: 'yes', by: 'ann' } }),
    ],
  });
  await record.epic(shop, [{ ...planned, reason: 'r' }]);
  const first = taskView('shop', 'first', 1, {
    placement: { host: 'h1', epoch: 2 },
    branch: 'factory/shop/first',
    pullRequest: pullRequest(7),
    submissions: [{ number: 1, headSha: SHA, treeSha: SHA, state: 'verified' }],
  });
  await record.task(first);
  await record.agent(agentView(AGENT, 1));
  const run = { started_at: '2026-01-01T00:00:01Z', finished_at: '2026-01-01T00:00:02Z' };
  const check = {
    check_name: 'test',
    command: 'npm test',
    exit_code: 0,
    output: `${'x'.repeat(20_000)}end`,
    verified_by: 'factory',
    covered_by: SHA,
  };
  await db
    .insertInto('evidence')
    .values({ epic_id: 'shop', task_key: 'first', commit_sha: SHA, tree_sha: SHA, ...check, ...run })
    .execute();
  await recordTranscript();
}

async function recordTranscript(): Promise<void> {
  const { db } = database;
  const transcript = {
    id: AGENT,
    epic_id: 'shop',
    task_key: 'first',
    purpose: 'implement',
    attempt: 1,
    opened_by: 'w',
  };
  await db.insertInto('transcripts').values(transcript).execute();
  await db
    .insertInto('briefs')
    .values([
      { transcript: AGENT, turn: 1, kind: 'implement', body: 'Do first' },
      { transcript: AGENT, turn: 4, kind: 'verification', body: 'It is red' },
    ])
    .execute();
  for (const turn of [1, 2, 3]) {
    const answer = {
      model: 'scripted',
      message_id: `m${turn}`,
      content: JSON.stringify([{ type: 'text', text: `turn ${turn}` }]),
      stop_reason: 'tool_use',
    };
    await db
      .insertInto('agent_turns')
      .values({
        transcript: AGENT,
        turn,
        ...answer,
        usage: '{"input_tokens":1}',
        cost_microusd: 250_000,
        started_at: '2026-01-01T00:00:00Z',
      })
      .execute();
    const call = { tool_use_id: `t${turn}`, position: 0, name: 'bash', input: '{"command":"ls"}' };
    const output = turn === 1 ? { output: 'y'.repeat(40_000), is_error: false, exit_code: 0 } : {};
    await db
      .insertInto('tool_calls')
      .values({ transcript: AGENT, turn, ...call, ...output })
      .execute();
    const settled = {
      reserved_microusd: 500_000,
      ...(turn < 3 ? { settled_microusd: 250_000, outcome: 'answered' } : {}),
    };
    await db
      .insertInto('ledger')
      .values({ transcript: AGENT, turn, call: 1, epic_id: 'shop', model: 'scripted', ...settled })
      .execute();
  }
  await db.insertInto('budgets').values({ epic_id: 'shop', cap_microusd: 3_000_000 }).execute();
}

test('the list is newest first, with counts and cost, by state and page', async () => {
  const { data } = await client.GET('/epics');
  assert.deepEqual(
    data?.map((epic) => epic.id),
    ['newer', 'shop', 'older'],
  );
  const shop = data?.[1];
  assert.deepEqual([shop?.tasks, shop?.openRequests, shop?.costUsd], [{ IN_PROGRESS: 1, PENDING: 1 }, 1, 0.5]);
  const running = await client.GET('/epics', { params: { query: { state: 'open' } } });
  assert.deepEqual(
    running.data?.map(({ id }) => id),
    ['shop'],
    'older and newer have ended',
  );
  const completed = await client.GET('/epics', { params: { query: { state: 'COMPLETED', limit: 1 } } });
  assert.deepEqual(
    completed.data?.map((epic) => epic.id),
    ['newer'],
  );
  const { db } = database;
  await sql`insert into epics (id, workflow_id, run_id, generation, version, title, description, priority, state, phase,
    started_at) values ('twin', 'epic-twin', 'r', 1, 1, '', '', 0, 'COMPLETED', '', '2027-01-01T00:00Z')`.execute(db);
  const both = await client.GET('/epics', { params: { query: { limit: 1 } } });
  assert.deepEqual(
    both.data?.map((epic) => epic.id),
    ['newer', 'twin'],
  );
  await sql`delete from epics where id = 'twin'`.execute(db);
  const page = await client.GET('/epics', { params: { query: { before: shop?.startedAt ?? '' } } });
  assert.deepEqual(
    page.data?.map((epic) => epic.id),
    ['older'],
  );
});

test('an epic comes with its graph, holds, pull requests, open questions and cost', async () => {
  const { data } = await client.GET('/epics/{id}', { params: { path: { id: 'shop' } } });
  assert.ok(data !== undefined && 'tasks' in data);
  assert.deepEqual(
    data.tasks.map((task) => [task.id, task.state, task.dependsOn, task.hold?.reason ?? null, task.host]),
    [
      ['shop.first', 'IN_PROGRESS', [], null, 'h1'],
      ['shop.second', 'PENDING', ['first'], 'waits for first', null],
    ],
  );
  assert.deepEqual(
    data.pullRequests.map((view) => [view.number, view.taskKey, view.repository]),
    [[7, 'first', 'example']],
  );
  assert.deepEqual(
    data.requests.map((request) => [request.requestId, request.headSha, request.epicTitle]),
    [['m1', SHA, 'The epic shop']],
  );
  assert.deepEqual([data.turns, data.agents, data.evidence], [3, [], []]);
  assert.deepEqual(data.cost, { settledUsd: 0.5, reservedUsd: 0.5, capUsd: 3, capTokens: null });
});

test('a task comes with its evidence, of which the end is shown, submissions, agents and pull request', async () => {
  const { data } = await client.GET('/tasks/{id}', { params: { path: { id: 'shop.first' } } });
  assert.deepEqual([data?.epoch, data?.branch, data?.pullRequests[0]?.number], [2, 'factory/shop/first', 7]);
  const evidence = data?.evidence[0];
  assert.deepEqual(
    [evidence?.check, evidence?.command, evidence?.exitCode, evidence?.commitSha, evidence?.coveredBy],
    ['test', 'npm test', 0, SHA, SHA],
  );
  assert.deepEqual([evidence?.output.length, evidence?.output.slice(-3)], [10_000, 'end']);
  assert.deepEqual(data?.submissions, [{ number: 1, headSha: SHA, treeSha: SHA, state: 'verified' }]);
  assert.deepEqual(
    data?.agents.map((agent) => [agent.id, agent.role, agent.costUsd]),
    [[AGENT, 'WORKER', 0.5]],
  );
  const unknown = await client.GET('/tasks/{id}', { params: { path: { id: 'shop.none' } } });
  assert.deepEqual([unknown.response.status, unknown.error?.error.code], [404, 'NotFound']);
});

test('a transcript is read page by page, with briefs before the turns that answer them', async () => {
  const read = (query: { after?: number; limit?: number }) =>
    client.GET('/agents/{id}/transcript', { params: { path: { id: AGENT }, query } }).then(({ data }) => data);
  const first = await read({ limit: 2 });
  assert.deepEqual(
    [first?.turns.map((turn) => turn.turn), first?.briefs.map((brief) => brief.turn), first?.next],
    [[1, 2], [1], 2],
  );
  const call = first?.turns[0]?.toolCalls[0];
  assert.deepEqual([call?.output?.length, call?.truncated, call?.exitCode], [30_000, true, 0]);
  const second = await read({ after: first?.next ?? 0 });
  assert.deepEqual(
    [second?.turns.map((turn) => turn.turn), second?.briefs.map((brief) => brief.turn), second?.next],
    [[3], [4], null],
  );
  assert.equal(second?.turns[0]?.toolCalls[0]?.output, null);
  const unknown = await client.GET('/agents/{id}/transcript', { params: { path: { id: 'none' } } });
  assert.equal(unknown.response.status, 404);
});

test('human requests are the open ones unless others are asked for', async () => {
  const { data } = await client.GET('/human-requests');
  assert.deepEqual(
    data?.map((request) => request.requestId),
    ['m1'],
  );
  const answered = await client.GET('/human-requests', { params: { query: { state: 'answered', epicId: 'shop' } } });
  assert.deepEqual(
    answered.data?.map((request) => [request.requestId, request.answer?.by]),
    [['q1', 'ann']],
  );
});

test('the decision log is read on from where one stopped', async () => {
  const read = (after: number) =>
    client.GET('/epics/{id}/log', { params: { path: { id: 'shop' }, query: { after } } }).then(({ data }) => data);
  const log = await read(0);
  assert.deepEqual(
    log?.map((entry) => [entry.actor, entry.decision]),
    [['factory', 'plan']],
  );
  assert.deepEqual(await read(log?.[0]?.id ?? 0), []);
});

test('a write through the client without a body is JSON too', async () => {
  const { response, data } = await client.POST('/epics/{id}/pause', { params: { path: { id: 'shop' } }, body: {} });
  assert.deepEqual([response.status, data?.status], [202, 'pending']);
});

test('hosts are listed with their slots, and those that take no more work with the reason', async () => {
  const { db } = database;
  await reportHost(db, { name: 'busy', capacity: 2, sandbox: 'bubblewrap' });
  await claimHost(db, { host: 'busy', holder: 'epic-h/task-a', afterEpoch: 0, asked: asked() });
  await reportHost(db, { name: 'ill', capacity: 4, refusal: 'it takes no more work: tmux is gone' });
  const process = { id: 'p', signsOn: true };
  for (const name of ['left', 'left-with-task']) await reportHost(db, { name, capacity: 1, process });
  await claimHost(db, {
    host: 'left-with-task',
    holder: 'epic-h/task-b',
    afterEpoch: 0,
    asked: asked(),
  });
  for (const host of ['left', 'left-with-task']) await signOff(db, { host, process: 'p' });
  const { data } = await client.GET('/hosts');
  const lines = data?.map(({ name, taken, capacity, refusal, leftAt }) =>
    [name, `${taken}/${capacity}`, refusal, leftAt !== null].join(' '),
  );
  assert.deepEqual(lines, [
    'busy 1/2  false',
    'ill 0/4 it takes no more work: tmux is gone false',
    'left-with-task 1/1  true',
  ]);
});
