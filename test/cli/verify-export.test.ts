/** verify-export of an epic that went on after its export: what may happen to its rows is counted, the rest is named. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { createSealer } from '../../api/client/bundle.ts';
import { buildServer } from '../../api/server.ts';
import { writeCap } from '../../db/writes/budgets.ts';
import { settleClosed } from '../../db/writes/closed-workflows.ts';
import { appendDecisions } from '../../db/writes/decisions.ts';
import { recordEvidence, removeEvidence } from '../../db/writes/evidence.ts';
import { readMail, storeMail } from '../../db/writes/mail.ts';
import { settleMessage, storeMessage } from '../../db/writes/messages.ts';
import { writePlannedTasks } from '../../db/writes/planned-tasks.ts';
import { endPullRequest } from '../../db/writes/pull-requests.ts';
import { finishToolCall, hideToolInput } from '../../db/writes/tool-calls.ts';
import { writeCheckpoint } from '../../db/writes/transcripts.ts';
import { CLEAN_CHECK } from '../../workflows/contract/evidence.ts';
import { absentTemporal } from '../support/api.ts';
import { cliOn, runCli } from '../support/cli.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

interface Verified {
  readonly findings: readonly { readonly kind: string; readonly row: string | null; readonly detail: string }[];
  readonly newer: number;
  readonly changed: number;
  readonly removed: number;
}

const SHA = 'b'.repeat(40);
const LONG_AGO = '2026-01-01T10:00:00Z';

let database: TestDatabase;
let app: Awaited<ReturnType<typeof buildServer>>;
let folder = '';
let cli: Awaited<ReturnType<typeof cliOn>>;

before(async () => {
  database = await createDatabase();
  // No run is recorded, so no history is asked for.
  app = await buildServer({ db: database.db, temporal: absentTemporal(), allowedHosts: [], logLevel: 'silent' });
  cli = await cliOn(app);
  folder = await mkdtemp(path.join(tmpdir(), 'ff-verify-export-'));
});
after(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
  await database.drop();
});

/** An open epic with tasks `one`, which has begun, and `two`, which needs it. */
async function openEpic(id: string): Promise<void> {
  const { db } = database;
  await sql`insert into epics (id, workflow_id, run_id, generation, version, title, description, priority, state, phase,
    started_at, updated_at, repository) values (${id}, ${`epic-${id}`}, 'r', 1, 1, 'T', 'D', 0, 'IN_PROGRESS', 'implementing',
    ${LONG_AGO}, ${LONG_AGO}, 'shop')`.execute(db);
  await sql`insert into tasks (epic_id, key, position, title, description, acceptance, workflow_id, run_id, generation,
    version, state, phase, updated_at) values
    (${id}, 'one', 0, 'One', '', '[]', ${`epic-${id}/task-one`}, 'r', 1, 1, 'IN_PROGRESS', 'implementing', ${LONG_AGO}),
    (${id}, 'two', 1, 'Two', '', '[]', ${`epic-${id}/task-two`}, null, null, null, 'PENDING', 'planned', ${LONG_AGO})
    `.execute(db);
  await sql`insert into task_dependencies (epic_id, task_key, depends_on) values (${id}, 'two', 'one')`.execute(db);
  await appendDecisions(db, [decision(id, 'first')]);
}

const decision = (epicId: string, key: string) => ({
  ...{ key: `${epicId}/${key}`, at: LONG_AGO, epicId, actor: 'factory', kind: 'decision' as const },
  ...{ decision: `did the ${key}`, reason: 'because' },
});

const evidence = (epicId: string, checkName: string, exitCode: number) => ({
  ...{ epicId, taskKey: 'one', commitSha: SHA, treeSha: SHA, policyHash: null, exitCode, clean: true, checkName },
  ...{ command: 'true', output: '', verifiedBy: 'host', startedAt: new Date(LONG_AGO), finishedAt: new Date(LONG_AGO) },
});

async function exported(id: string): Promise<() => Promise<Verified>> {
  const file = path.join(folder, `${id}.jsonl`);
  const { exitCode, stderr } = await cli('export', id, '--out', file);
  assert.equal(exitCode, 0, stderr);
  return async () => JSON.parse((await cli('verify-export', file, '--json')).stdout);
}

test('rows that a new plan or a later check removes are counted; one that nothing removes is named', async () => {
  const { db } = database;
  await openEpic('removed');
  await recordEvidence(db, evidence('removed', CLEAN_CHECK, 1));
  await recordEvidence(db, evidence('removed', 'tests', 1));
  const verify = await exported('removed');
  const task = { key: 'one', title: 'One', description: '', acceptance: [], dependsOn: [] };
  await writePlannedTasks(db, 'removed', [{ task, position: 0 }], { runId: 'r', generation: 1 });
  await removeEvidence(db, { epicId: 'removed', taskKey: 'one', commitSha: SHA, checkName: CLEAN_CHECK });
  const { findings, removed } = await verify();
  assert.deepEqual([findings, removed], [[], 3]);
  await sql`delete from evidence where epic_id = 'removed'`.execute(db);
  await sql`delete from tasks where epic_id = 'removed'`.execute(db);
  assert.deepEqual(
    (await verify()).findings.map(({ row }) => row),
    ['tasks one', `evidence one ${SHA} tests`],
  );
});

test('what is recorded long after it happened is newer than the bundle; what was there before is left out', async () => {
  const { db } = database;
  await openEpic('late');
  const verify = await exported('late');
  await appendDecisions(db, [decision('late', 'second')]);
  await sql`insert into human_requests (epic_id, request_id, kind, question, options, state, asked_at)
    values ('late', 'q1', 'question', 'Which?', '[]', 'open', ${LONG_AGO})`.execute(db);
  await recordEvidence(db, evidence('late', 'tests', 0));
  const { findings, newer } = await verify();
  assert.deepEqual([findings, newer], [[], 3]);
  await sql`insert into decision_log (id, entry_key, epic_id, actor, kind, decision, reason, at) overriding system value
    values (-1, 'late/hidden', 'late', 'ann', 'approval', 'approved', '', ${LONG_AGO})`.execute(db);
  await recordEvidence(db, evidence('late', 'lint', 1));
  assert.deepEqual(
    (await verify()).findings.map(({ kind, row }) => [kind, row]),
    [
      ['left out', 'decision_log -1'],
      ['left out', `evidence one ${SHA} lint`],
    ],
  );
});

test('a message that was refused may be sent again; one that was applied stays', async () => {
  const { db } = database;
  await openEpic('again');
  const message = (id: string) => ({ epicId: 'again', id, name: 'pause', input: {} }) as never;
  for (const id of ['refused', 'applied']) await storeMessage(db, message(id));
  await settleMessage(db, 'again', 'refused', { kind: 'refused', code: 'NotOpen', message: 'no' } as never);
  await settleMessage(db, 'again', 'applied', { kind: 'applied' } as never);
  const verify = await exported('again');
  await storeMessage(db, message('refused'));
  const { findings, changed } = await verify();
  assert.deepEqual([findings, changed], [[], 1]);
  await sql`update messages set sent_at = now(), outcome = null, settled_at = null where id = 'applied'`.execute(db);
  assert.deepEqual(
    (await verify()).findings.map(({ kind, row }) => [kind, row]),
    [['differs', 'messages applied']],
  );
});

test('an epic that was ended from outside is settled later, and its tasks and pull requests later still', async () => {
  const { db } = database;
  await openEpic('ended');
  await sql`insert into pull_requests (repository, number, epic_id, task_key, url, title, head, base, head_sha, state)
    values ('shop', 1, 'ended', 'one', '', 'One', 'h', 'b', ${SHA}, 'open')`.execute(db);
  const closed = { runId: 'r', state: 'CANCELLED', phase: 'terminated', closedAt: LONG_AGO } as const;
  const verifyOpen = await exported('ended');
  await settleClosed(db, { ...closed, workflowId: 'epic-ended' }, { quietSeconds: 1, lastRun: 1 });
  assert.deepEqual((await verifyOpen()).findings, []);
  await rm(path.join(folder, 'ended.jsonl'));
  const verifyEnded = await exported('ended');
  await settleClosed(db, { ...closed, workflowId: 'epic-ended/task-one' }, { quietSeconds: 1, lastRun: 1 });
  await endPullRequest(db, { repository: 'shop', number: 1 }, { state: 'closed' });
  const { findings, changed } = await verifyEnded();
  assert.deepEqual([findings, changed], [[], 2]);
  await sql`update tasks set title = 'Another' where epic_id = 'ended' and key = 'one'`.execute(db);
  await sql`update tasks set state = 'COMPLETED' where epic_id = 'ended' and key = 'two'`.execute(db);
  assert.deepEqual(
    (await verifyEnded()).findings.map(({ kind, row }) => [kind, row]),
    [
      ['differs', 'tasks one'],
      ['differs', 'tasks two'],
    ],
  );
});

test('caps may change while their epic is open and mail is read after it; altered afterwards, each is named', async () => {
  const { db } = database;
  await openEpic('caps');
  await writeCap(db, 'caps', { unit: 'usd', amount: 5_000_000 });
  await writeCap(db, 'caps', { unit: 'usd', taskKey: 'one', amount: 1_000_000 });
  await sql`insert into human_requests (epic_id, request_id, kind, question, options, state, asked_at, budget_unit)
    values ('caps', 'q1', 'budget', 'More?', '[]', 'open', ${LONG_AGO}, 'tokens')`.execute(db);
  await sql`insert into ledger (transcript, turn, call, epic_id, task_key, model, reserved_microusd, reserved_tokens)
    values ('caps.one.implement.1', 1, 1, 'caps', 'one', 'm', 5, 7)`.execute(db);
  for (const id of ['one', 'two']) {
    const rest = { kind: 'mail', sender: 'epic', recipient: 'human', subject: id, body: 'Look' } as const;
    await storeMail(db, { id, epicId: 'caps', ...rest });
  }
  const { rows } = await sql<{ number: number }>`select number from mail where epic_id = 'caps' order by 1`.execute(db);
  const [first = 0, second = 0] = rows.map(({ number }) => number);
  const verifyOpen = await exported('caps');
  await writeCap(db, 'caps', { unit: 'tokens', amount: 9_000 });
  await writeCap(db, 'caps', { unit: 'tokens', taskKey: 'one', amount: 900 });
  await readMail(db, first, 'ann');
  const open = await verifyOpen();
  assert.deepEqual([open.findings, open.changed], [[], 3]);
  const closed = { runId: 'r', state: 'CANCELLED', phase: 'terminated', closedAt: LONG_AGO } as const;
  await settleClosed(db, { ...closed, workflowId: 'epic-caps' }, { quietSeconds: 1, lastRun: 1 });
  await rm(path.join(folder, 'caps.jsonl'));
  const verify = await exported('caps');
  await readMail(db, second, 'ben');
  const read = await verify();
  assert.deepEqual([read.findings, read.changed], [[], 1]);
  await sql`update tasks set budget_usd = 9 where epic_id = 'caps' and key = 'two'`.execute(db);
  await sql`update human_requests set budget_unit = 'usd' where epic_id = 'caps'`.execute(db);
  await sql`update mail set read_by = 'cat' where number = ${first}`.execute(db);
  await sql`update budgets set cap_tokens = null where epic_id = 'caps'`.execute(db);
  await sql`update task_budgets set cap_tokens = 1 where epic_id = 'caps'`.execute(db);
  await sql`update ledger set task_key = 'two', reserved_tokens = 1 where epic_id = 'caps'`.execute(db);
  assert.deepEqual(
    (await verify()).findings.map(({ row, detail }) => [row, detail.split(':')[0]]),
    [
      ['tasks two', 'budget_usd'],
      ['human_requests q1', 'budget_unit'],
      [`mail ${first}`, 'read_by'],
      ['budgets caps', 'cap_tokens'],
      ['task_budgets one', 'cap_tokens'],
      ['ledger caps.one.implement.1 1 1', 'task_key'],
    ],
  );
});

test('of the turns of an open epic only what is written later may differ', async () => {
  const { db } = database;
  const transcript = 'turns.one.implement.1';
  await openEpic('turns');
  await sql`insert into transcripts (id, epic_id, task_key, purpose, attempt, opened_by)
    values (${transcript}, 'turns', 'one', 'implement', 1, ${transcript})`.execute(db);
  await sql`insert into briefs (transcript, turn, kind, body) values (${transcript}, 1, 'implement', 'Do it')`.execute(
    db,
  );
  await sql`insert into agent_turns (transcript, turn, model, message_id, content, stop_reason, usage, cost_microusd, started_at)
    values (${transcript}, 1, 'm', 'm1', '[{"type":"tool_use","id":"c1","input":{"a":1}}]', 'tool_use', '{}', 5, now())
    `.execute(db);
  await sql`insert into tool_calls (transcript, turn, tool_use_id, position, name, input)
    values (${transcript}, 1, 'c1', 0, 'bash', '{"a":1}')`.execute(db);
  const verify = await exported('turns');
  const call = { transcript, turn: 1, toolUseId: 'c1' };
  await finishToolCall(db, call, { output: 'done', isError: false, exitCode: 0 });
  await hideToolInput(db, call, { a: 2 });
  await writeCheckpoint(db, { transcript, turn: 1, checkpoint: SHA });
  const { findings, changed } = await verify();
  assert.deepEqual([findings, changed], [[], 2]);
  await rm(path.join(folder, 'turns.jsonl'));
  const verifyFinished = await exported('turns');
  await sql`update tool_calls set output = 'all green' where transcript = ${transcript}`.execute(db);
  await sql`update agent_turns set cost_microusd = 1 where transcript = ${transcript}`.execute(db);
  await sql`update briefs set body = 'Do less' where transcript = ${transcript}`.execute(db);
  assert.deepEqual(
    (await verifyFinished()).findings.map(({ row, detail }) => [row, detail.split(':')[0]]),
    [
      [`briefs ${transcript} 1 implement`, 'body_sha256'],
      [`agent_turns ${transcript} 1`, 'cost_microusd'],
      [`tool_calls ${transcript} c1`, 'output_sha256'],
    ],
  );
});

test('a mistake of the API is not blamed on PostgreSQL', async (t) => {
  await openEpic('mistake');
  const broken = await buildServer({
    ...{ db: database.db, temporal: absentTemporal(), allowedHosts: [], logLevel: 'silent' },
    clean: () => {
      throw new TypeError('a mistake');
    },
  });
  t.after(() => broken.close());
  const { body } = await broken.inject({ url: '/epics/mistake/export', headers: { host: 'localhost' } });
  assert.match(body, /"failed":"something unexpected went wrong; the log of the API says more"/);
});

test('an export neither writes over the files of others nor removes them', async (t) => {
  const own = await mkdtemp(path.join(folder, 'own-'));
  const file = path.join(own, 'epic.jsonl');
  const seal = createSealer();
  const [head, end] = [seal('{"head":{}}'), seal('{"end":{}}')];
  const server = createServer(async (_, response) => {
    await writeFile(file, 'of somebody else');
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(head + end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const env = { FACTORY_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  await writeFile(`${file}.part`, 'of another export');
  const { exitCode, stderr } = await runCli(['export', 'epic', '--out', file], { env });
  assert.equal(exitCode, 2, stderr);
  assert.match(stderr, /is there already; remove it, or name another file with --out/);
  assert.equal(await readFile(file, 'utf8'), 'of somebody else');
  assert.equal(await readFile(`${file}.part`, 'utf8'), 'of another export');
  assert.deepEqual((await readdir(own)).toSorted(), ['epic.jsonl', 'epic.jsonl.part']);
});
