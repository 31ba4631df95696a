/** An epic's bundle: all that is recorded of it and no secret, and every alteration of it, or of its source, is named. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Client } from '@temporalio/client';
import { sql } from 'kysely';
import { storedWithoutSecrets } from '../../activities/secrets/redact.ts';
import { buildServer } from '../../api/server.ts';
import { SECTIONS } from '../../cli/bundle-sections.ts';
import { writeCriteria } from '../../db/writes/criteria.ts';
import { recordEvidence } from '../../db/writes/evidence.ts';
import { cliOn, runCli } from '../support/cli.ts';
import { made } from '../support/made-up-secrets.ts';
import { waitFor } from '../support/wait-for.ts';
import { AGENT, ALTERED, linesOf, SHA, TAMPERED, withRun } from './alterations.ts';
import { tasks } from './answers.ts';
import { openStage } from './stage.ts';

const SECRET = `AKIA${made(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}`;

interface Finding {
  readonly kind: string;
  readonly row: string | null;
  readonly detail: string;
}

const stage = await openStage();
const { db } = stage;
const app = await buildServer({
  ...{ db, temporal: stage.client, allowedHosts: [], logLevel: 'silent', version: 'test' },
  clean: storedWithoutSecrets,
});
const folder = await mkdtemp(path.join(tmpdir(), 'ff-export-'));
const file = path.join(folder, 'shop.jsonl');
let cli: Awaited<ReturnType<typeof cliOn>>;
let text: string[] = [];
let sealed = '';

/** Waits until the record says that the epic asks about its merge, however busy the machine is. */
const asked = (epicId: string): Promise<string> =>
  waitFor(
    async () => {
      const requests = db.selectFrom('human_requests').select('request_id').where('state', '=', 'open');
      return (await requests.where('epic_id', '=', epicId).executeTakeFirst())?.request_id;
    },
    { timeoutMs: 240_000, what: `the question about the merge of ${epicId}` },
  );

before(async () => {
  cli = await cliOn(app);
  const description = `Use the key ${SECRET} for it`;
  await stage.start('shop', {
    title: 'Shop',
    description,
    tasks: tasks({ one: [], two: ['one'] }),
    requireApproval: ['merge'],
  });
  await asked('shop');
  await stage.handle('shop').signal('approve', { by: 'ann', comment: 'fine' });
  await stage.handle('shop').result();
  await waitFor(async () => (await stage.epicRow('shop'))?.closed_at, {
    timeoutMs: 60_000,
    what: 'the last record of the epic',
  });
  const names = { epic_id: 'shop', task_key: 'one', purpose: 'implement', attempt: 1, opened_by: AGENT };
  await db
    .insertInto('transcripts')
    .values({ id: AGENT, ...names })
    .execute();
  await sql`insert into briefs (transcript, turn, kind, body) values (${AGENT}, 1, 'implement', 'Do it')`.execute(db);
  await sql`insert into agent_turns (transcript, turn, model, message_id, content, stop_reason, usage, cost_microusd, started_at)
    select ${AGENT}, turn, 'm', 'm' || turn, '[{"type":"text","text":"hello"}]', 'end_turn', '{}', 5, now()
    from generate_series(1, 3) as turn`.execute(db);
  await sql`insert into tool_calls (transcript, turn, tool_use_id, position, name, input, output, is_error)
    values (${AGENT}, 1, 'c1', 0, 'bash', '{"command":"ls"}', 'README.md', false)`.execute(db);
  await sql`insert into ledger (transcript, turn, call, epic_id, model, reserved_microusd, settled_microusd, outcome, settled_at)
    select ${AGENT}, turn, 1, 'shop', 'm', 900, 500, 'answered', now() from generate_series(1, 3) as turn`.execute(db);
  await recordEvidence(db, {
    ...{ epicId: 'shop', taskKey: 'one', commitSha: SHA, treeSha: SHA, policyHash: null, exitCode: 1, clean: true },
    ...{ checkName: 'tests', command: 'npm test', output: 'red', verifiedBy: 'stage' },
    ...{ startedAt: new Date(), finishedAt: new Date() },
  });
  await sql`with sent as (
      insert into mail (id, epic_id, kind, sender, sender_name, recipient, subject, body)
      values ('m1', 'shop', 'mail', 'human', 'ann', 'task/one', 'A word', ${`It is in ${SECRET}`}) returning number
    ) insert into mail_deliveries (mail, transcript, turn) select number, ${AGENT}, 2 from sent`.execute(db);
  const unproven = { how: 'npm test', note: '', proof: 'said' as const, exitCode: null, turn: null };
  await writeCriteria(db, { epicId: 'shop', taskKey: 'one', commitSha: SHA, treeSha: SHA, reviewer: null }, [
    { ...unproven, criterion: 1, text: 'one is there', verdict: 'not_met' },
  ]);
  const { exitCode, stdout, stderr } = await cli('export', 'shop', '--out', file, '--json');
  assert.equal(exitCode, 0, stderr);
  text = (await readFile(file, 'utf8')).trimEnd().split('\n');
  sealed = JSON.parse(stdout).seal;
});
after(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
  await stage.close();
});

/** What verify-export says of these lines. */
async function verify(of: readonly string[], ...more: string[]) {
  const copy = path.join(folder, 'altered.jsonl');
  await writeFile(copy, `${of.join('\n')}\n`);
  const { exitCode, stdout, stderr } = await cli('verify-export', copy, '--json', ...more);
  assert.ok(exitCode <= 1, stderr);
  const said = JSON.parse(stdout) as { ok: boolean; findings: Finding[]; newer: number; changed: number };
  assert.equal(exitCode, said.ok ? 0 : 1);
  return said;
}

test('an export has every section with its rows, the histories of all runs, and no secret', {
  timeout: 300_000,
}, async () => {
  const all = linesOf(text);
  const sections = new Set(all.flatMap(({ section }) => section ?? []));
  const empty = ['messages', 'budgets', 'task_budgets'];
  assert.deepEqual(
    Object.keys(SECTIONS).filter((name) => !sections.has(name)),
    empty,
  );
  for (const { section = '', row = {} } of all) {
    for (const column of section === '' ? [] : SECTIONS[section as keyof typeof SECTIONS].key) {
      assert.ok(column in row, `${section} has ${column}`);
    }
  }
  const events = all.filter(({ section }) => section === 'history');
  const runs = new Set(events.map(({ row }) => row?.workflow_id));
  for (const id of ['epic-shop', 'epic-shop/task-one', 'epic-shop/task-two']) assert.ok(runs.has(id), id);
  const description = await stage.handle('shop').fetchHistory();
  assert.equal(events.filter(({ row }) => row?.workflow_id === 'epic-shop').length, description.events?.length);
  assert.doesNotMatch(text.join('\n'), new RegExp(SECRET));
  assert.doesNotMatch(text.join('\n'), new RegExp(Buffer.from(SECRET).toString('base64').slice(4, 20)));
  const started = events.find(({ row }) => row?.workflow_id === 'epic-shop')?.row;
  assert.match(JSON.stringify(started), /Use the key \[secret removed: /);
});

test('untouched it is as it was sealed and as the sources have it, and the seal that was told is its own', async () => {
  const said = await verify(text, '--seal', sealed);
  assert.deepEqual([said.ok, said.findings, said.newer, said.changed], [true, [], 0, 0]);
  const other = await verify(text, '--seal', '0'.repeat(64));
  assert.deepEqual(
    other.findings.map(({ kind }) => kind),
    ['other seal'],
  );
  const { stdout } = await cli('verify-export', file);
  assert.match(stdout, /^\S+shop\.jsonl: epic shop as of \S+, \d+ lines\nIt is as it was sealed, and as the database/);
});

for (const [what, alter, kind, row] of ALTERED) {
  test(`found: ${what}`, async () => {
    const { findings } = await verify(alter(text));
    const found = findings.filter((one) => one.kind === kind);
    assert.ok(
      found.some((one) => row.test(String(one.row))),
      JSON.stringify(findings),
    );
    // Nothing else is blamed: at most the row itself once more, or its neighbour.
    assert.ok(findings.length <= 2, JSON.stringify(findings));
  });
}

test('what Temporal does not keep any more is said to be not compared', async () => {
  const runId = randomUUID();
  const workflowId = String(linesOf(text).find(({ section }) => section === 'history')?.row?.workflow_id);
  await sql`insert into workflow_runs (workflow_id, run_id, generation) values (${workflowId}, ${runId}, 99)`.execute(
    db,
  );
  try {
    const copy = path.join(folder, 'gone.jsonl');
    await writeFile(copy, `${withRun(text, runId).join('\n')}\n`);
    const { exitCode, stdout } = await cli('verify-export', copy);
    assert.equal(exitCode, 0, stdout);
    assert.match(
      stdout,
      /\nIt is as it was sealed, and as the database has it; the events of 1 run were not compared\.\n/,
    );
    assert.match(stdout, new RegExp(`Not compared: Temporal does not keep ${workflowId} ${runId} any more`));
  } finally {
    await sql`delete from workflow_runs where run_id = ${runId}`.execute(db);
  }
});

for (const [what, alter, back, kind, row] of TAMPERED) {
  test(`found: ${what}`, async () => {
    await sql.raw(alter).execute(db);
    try {
      const { findings } = await verify(text);
      assert.deepEqual(
        findings.map((one) => one.kind),
        [kind],
      );
      assert.match(findings[0]?.row ?? '', row);
    } finally {
      await sql.raw(back).execute(db);
    }
  });
}

test('a file that is there is not written over, and what is no bundle is told apart', async () => {
  const again = await cli('export', 'shop', '--out', file);
  assert.equal(again.exitCode, 2);
  assert.match(again.stderr, /is there already; remove it, or name another file with --out/);
  const note = path.join(folder, 'note.txt');
  await writeFile(note, 'hello\n');
  assert.match((await cli('verify-export', note)).stderr, /is no bundle of `factory export`/);
  assert.equal((await cli('verify-export', path.join(folder, 'none'))).exitCode, 2);
  const none = await cli('export', 'none', '--out', path.join(folder, 'none.jsonl'));
  assert.deepEqual(
    [none.exitCode, none.stderr],
    [5, 'There is no epic "none"; `factory list` names those that there are\n'],
  );
});

test('of an epic that is under way, what has come and changed since is counted and nothing is blamed', {
  timeout: 300_000,
}, async () => {
  await stage.start('open', { title: 'Open', tasks: tasks({ one: [] }), requireApproval: ['merge'] });
  const requestId = await asked('open');
  const open = path.join(folder, 'open.jsonl');
  assert.equal((await cli('export', 'open', '--out', open)).exitCode, 0);
  await stage.respond('open', requestId, 'approve');
  await stage.handle('open').result();
  await waitFor(async () => (await stage.epicRow('open'))?.closed_at, { timeoutMs: 60_000, what: 'its last record' });
  const { exitCode, stdout } = await cli('verify-export', open, '--json');
  const said = JSON.parse(stdout);
  assert.deepEqual([exitCode, said.findings], [0, []]);
  assert.ok(said.newer > 0 && said.changed > 0, stdout);
});

test('without an API the file alone is still checked against its seals', async () => {
  const copy = path.join(folder, 'cut.jsonl');
  await writeFile(copy, `${text.slice(0, -1).join('\n')}\n`);
  const env = { FACTORY_API_URL: 'http://127.0.0.1:9' };
  const { exitCode, stdout, stderr } = await runCli(['verify-export', copy], { env });
  assert.equal(exitCode, 4);
  assert.match(stdout, /^cut off: line \d+ \(the end of the bundle is missing\)\n$/);
  assert.match(stderr, /The API does not answer/);
});

test('a source that breaks off leaves no file', async () => {
  await db.schema.alterTable('ledger').renameTo('ledger_away').execute();
  try {
    const out = path.join(folder, 'broken.jsonl');
    const { exitCode, stderr } = await cli('export', 'shop', '--out', out);
    assert.equal(exitCode, 4);
    assert.match(stderr, /The export broke off: PostgreSQL could not be read to the end; try again/);
    await assert.rejects(readFile(out));
    await assert.rejects(readFile(`${out}.part`));
  } finally {
    await db.schema.alterTable('ledger_away').renameTo('ledger').execute();
  }
});

test('a namespace that there is not breaks the export off', async (t) => {
  const temporal = new Client({ connection: stage.client.connection, namespace: 'elsewhere' });
  const other = await buildServer({ db, temporal, allowedHosts: [], logLevel: 'silent' });
  t.after(() => other.close());
  const { body } = await other.inject({ url: '/epics/shop/export', headers: { host: 'localhost' } });
  assert.match(body.trimEnd().split('\n').at(-1) ?? '', /"failed":"Temporal could not be read to the end; try again"/);
  assert.doesNotMatch(body, /"gone"/);
});
