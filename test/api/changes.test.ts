/** What counts as a change: each kind of row that screens read, by the ids that people use; and what does not. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { ChangeKind } from '../../api/schemas/events.ts';
import { createListen } from '../../db/listen.ts';
import { type Change, readChanges } from '../../db/reads/changes.ts';
import { wakeReaders } from '../../db/writes/changes.ts';
import { reportHost } from '../../db/writes/hosts.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { waitFor } from '../support/wait-for.ts';

let database: TestDatabase;
before(async () => {
  database = await createDatabase();
});
after(() => database.drop());

/** What a reader is told of these statements. */
async function changesOf(statements: string | (() => Promise<void>)): Promise<Change[]> {
  const { position } = await readChanges(database.db, {});
  if (typeof statements === 'string') await sql.raw(statements).execute(database.db);
  else await statements();
  return [...((await readChanges(database.db, { after: position })).changes ?? [])];
}

const told = async (statements: string) =>
  (await changesOf(statements)).map(({ kind, id, epicId, taskKey }) => [kind, id, epicId, taskKey]);

const EPIC = `insert into epics (id, workflow_id, run_id, generation, version, title, description, priority, state, phase,
  started_at) values ('shop', 'epic-shop', 'r', 1, 1, 't', 'd', 0, 'PLANNING', 'plan', now())`;
const TASK = (key: string) => `insert into tasks (epic_id, key, position, title, description, acceptance, state, phase,
  workflow_id) values ('shop', '${key}', 1, 't', 'd', '[]', 'PENDING', 'planned', 'epic-shop/task-${key}')`;
const TRANSCRIPT = `insert into transcripts (id, epic_id, task_key, purpose, attempt, opened_by)
  values ('shop.a.implement.1', 'shop', 'a', 'implement', 1, 'r')`;
const IN_TASK = ['shop', 'a'] as const;

/** In an order in which rows find what they refer to. */
const ROWS: readonly (readonly [insert: string, kind: string, id: string, epic: string | null, task: string | null])[] =
  [
    [EPIC, 'epic', 'shop', 'shop', null],
    [TASK('a'), 'task', 'shop.a', ...IN_TASK],
    [TASK('b'), 'task', 'shop.b', 'shop', 'b'],
    [`insert into task_dependencies values ('shop', 'b', 'a')`, 'task', 'shop.b', 'shop', 'b'],
    [
      `insert into agents (id, epic_id, task_key, role, purpose, attempt, model, state, phase, turn, workflow_id, run_id,
      generation, version, started_at) values ('shop.a.implement.1', 'shop', 'a', 'WORKER', 'implement', 1, 'm', 'BUSY',
      'thinks', 1, 'agent-shop.a.implement.1', 'r', 1, 1, now())`,
      'agent',
      'shop.a.implement.1',
      ...IN_TASK,
    ],
    [TRANSCRIPT, 'transcript', 'shop.a.implement.1', ...IN_TASK],
    [
      `insert into briefs (transcript, turn, kind, body) values ('shop.a.implement.1', 1, 'task', 'do it')`,
      'transcript',
      'shop.a.implement.1',
      ...IN_TASK,
    ],
    [
      `insert into agent_turns (transcript, turn, model, message_id, content, stop_reason, usage, cost_microusd, started_at)
      values ('shop.a.implement.1', 1, 'm', 'x', '[]', 'end_turn', '{}', 1, now())`,
      'transcript',
      'shop.a.implement.1',
      ...IN_TASK,
    ],
    [
      `insert into tool_calls (transcript, turn, tool_use_id, position, name, input)
      values ('shop.a.implement.1', 1, 'u', 0, 'bash', '{}')`,
      'transcript',
      'shop.a.implement.1',
      ...IN_TASK,
    ],
    [
      `insert into ledger (transcript, turn, call, epic_id, model, reserved_microusd)
      values ('shop.a.implement.1', 1, 1, 'shop', 'm', 9)`,
      'cost',
      'shop.a.implement.1',
      ...IN_TASK,
    ],
    [`insert into budgets (epic_id, cap_microusd) values ('shop', 5)`, 'budget', 'shop', 'shop', null],
    [
      `insert into pull_requests (repository, number, epic_id, task_key, url, title, head, base, head_sha, state)
      values ('org/shop', 7, 'shop', 'a', 'u', 't', 'h', 'b', 's', 'open')`,
      'pull-request',
      'org/shop#7',
      ...IN_TASK,
    ],
    [
      `insert into submissions (epic_id, task_key, number, head_sha, tree_sha, state) values ('shop', 'a', 1, 's', 't', 'x')`,
      'submission',
      'shop.a',
      ...IN_TASK,
    ],
    [
      `insert into evidence (epic_id, task_key, commit_sha, tree_sha, check_name, command, exit_code, output, verified_by,
      started_at, finished_at) values ('shop', 'a', 's', 't', 'tests', 'make', 0, '', 'factory', now(), now())`,
      'evidence',
      'shop.a',
      ...IN_TASK,
    ],
    [
      `insert into human_requests (epic_id, request_id, kind, question, options, task_key, state, asked_at)
      values ('shop', 'merge-1', 'merge', 'Merge?', '[]', 'a', 'open', now())`,
      'human-request',
      'merge-1',
      ...IN_TASK,
    ],
    [
      `insert into decision_log (id, entry_key, epic_id, task_key, actor, kind, decision, reason, at)
      overriding system value values (4711, 'k', 'shop', 'a', 'factory', 'plan', 'd', 'r', now())`,
      'decision',
      '4711',
      ...IN_TASK,
    ],
    [
      `insert into messages (epic_id, id, name, input) values ('shop', 'm-1', 'retryTask', '{"taskKey": "a"}')`,
      'message',
      'm-1',
      ...IN_TASK,
    ],
    [`insert into hosts (name, capacity) values ('big', 4)`, 'host', 'big', null, null],
    [
      `insert into placements (holder, host, epoch, held) values ('epic-shop/task-a', 'big', 1, true)`,
      'placement',
      'epic-shop/task-a',
      ...IN_TASK,
    ],
    [
      `insert into placements (holder, host, epoch, held) values ('epic-shop', 'big', 1, true)`,
      'placement',
      'epic-shop',
      'shop',
      null,
    ],
    [
      `insert into mail (id, epic_id, kind, sender, recipient, subject, body)
      values ('m', 'shop', 'mail', 'human', 'task/a', 's', 'b')`,
      'mail',
      '1',
      'shop',
      'a',
    ],
    [
      `insert into tracker_issues (issue_id, identifier, title, url, outcome, reason, epic_id, generation, taken_at, text_hash)
      values ('i-1', 'SHOP-1', 't', 'u', 'taken', 'r', 'shop', 1, now(), 'h')`,
      'intake',
      'i-1',
      'shop',
      null,
    ],
  ];

test('every row that a screen reads is a change when it comes, by the ids that people use', async () => {
  for (const [insert, ...change] of ROWS) assert.deepEqual(await told(insert), [change], insert);
  assert.deepEqual(new Set(ROWS.map(([, kind]) => kind)), new Set(ChangeKind.options));
});

test('an update is a change unless it changes nothing', async () => {
  assert.deepEqual(await told(`update tasks set phase = phase, hold = hold where epic_id = 'shop'`), []);
  assert.deepEqual(await told(`update epics set phase = 'runs' where id = 'shop'`), [['epic', 'shop', 'shop', null]]);
  assert.deepEqual(await told(`update agent_turns set usage = usage, checkpoint = checkpoint`), []);
  assert.deepEqual(await told(`update agent_turns set checkpoint = 'sha'`), [
    ['transcript', 'shop.a.implement.1', ...IN_TASK],
  ]);
  assert.deepEqual(await told(`update tool_calls set output = 'done', is_error = false`), [
    ['transcript', 'shop.a.implement.1', ...IN_TASK],
  ]);
});

test('a host that says again that it is there is no change, and one that was taken for lost is', async () => {
  const report = { name: 'big', capacity: 4, process: { id: 'p', signsOn: true } };
  const reported = (more = {}) => changesOf(() => reportHost(database.db, { ...report, ...more }));
  const host = [{ kind: 'host', id: 'big', epicId: null, taskKey: null }];
  await reported();
  assert.deepEqual(await reported(), []);
  assert.deepEqual(await reported({ refusal: 'the disk is full' }), host);
  assert.deepEqual(await reported({ refusal: 'the disk is full' }), []);
  assert.deepEqual(await reported(), host);
  await sql`update hosts set last_seen_at = now() - interval '1 minute'`.execute(database.db);
  assert.deepEqual(await reported(), host);
});

test('the first of many changes wakes the readers, and those that follow it closely do not', async () => {
  const { db } = database;
  const heard: string[] = [];
  const listening = await createListen(database.url)({ onNotification: (text) => heard.push(text), onLost: () => {} });
  /** Returns what was notified before this. */
  const until = async (mark: string) => {
    await wakeReaders(db, mark);
    await waitFor(() => heard.includes(mark));
    return heard.splice(0).filter((text) => text !== mark);
  };
  await sql`update changes set at = 'epoch'`.execute(db);
  await sql`insert into budgets (epic_id, cap_microusd) select 'woken-' || i, 1 from generate_series(1, 50) as i`.execute(
    db,
  );
  assert.deepEqual(await until('first'), ['']);
  await sql`update changes set at = now() + interval '1 hour'`.execute(db);
  await sql`update budgets set cap_microusd = 2`.execute(db);
  assert.deepEqual(await until('second'), []);
  listening.close();
});

test('what goes away is a change, also with what it hangs on', async () => {
  const gone = await told(`delete from epics where id = 'shop'`);
  assert.deepEqual(
    new Set(gone.map(([kind, id]) => `${kind} ${id}`)),
    new Set(['epic shop', 'task shop.a', 'task shop.b', 'human-request merge-1']),
  );
  assert.deepEqual(await told(`delete from transcripts where id = 'shop.a.implement.1'`), [
    ['transcript', 'shop.a.implement.1', ...IN_TASK],
  ]);
});
