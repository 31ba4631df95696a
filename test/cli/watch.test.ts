/** `factory watch` against an API that answers one thing after the other. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { createApi, type Epic } from '../../cli/api.ts';
import { createOutput } from '../../cli/output.ts';
import { picture, rowsOfAll } from '../../cli/picture.ts';
import { epicParts } from '../../cli/render.ts';
import { watchEpic } from '../../cli/watch-epic.ts';
import { anEpic, aRequest, aTask } from '../support/api-answers.ts';
import { runnerAgainst, type StubRequest, startStubApi } from '../support/cli.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-watch-'));
after(() => rmSync(folder, { recursive: true }));
const against = runnerAgainst(folder);

const always = (epic: unknown) => () => ({ body: epic });

test('watch prints a line for each change and ends with the epic', async () => {
  const steps = [
    anEpic({ state: 'PLANNING', phase: 'plan' }),
    anEpic({ tasks: [aTask({ state: 'IN_PROGRESS', phase: 'implement' })], requests: [aRequest()] }),
    anEpic({ state: 'COMPLETED', phase: 'done', tasks: [aTask({ state: 'COMPLETED' })] }),
  ];
  const sequence = () => {
    let look = 0;
    return () => ({ body: steps[Math.min(look++, steps.length - 1)] });
  };
  const text = await against(sequence(), ['watch', 'shop']);
  assert.equal(text.exitCode, 0);
  assert.match(
    text.stdout,
    /PLANNING {2}plan\n[\s\S]*slugs {2}IN_PROGRESS {2}implement\n[\s\S]*bin\/factory approve shop[\s\S]*COMPLETED/,
  );
  assert.equal(text.stdout.includes('\u001B'), false);
  const json = await against(sequence(), ['watch', 'shop', '--json']);
  const states = json.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).state);
  assert.deepEqual(states, ['PLANNING', 'IN_PROGRESS', 'COMPLETED']);
});

test('watch does not say twice that something waits', async () => {
  const hold = { kind: 'host' as const, reason: 'waits for a free slot on a host', since: '2026-01-02T03:04:05.000Z' };
  const watched = await against(always(anEpic({ state: 'COMPLETED', hold })), ['watch', 'shop']);
  assert.match(watched.stdout, / {2}waits for a free slot on a host$/m);
  assert.equal(watched.stdout.includes('waits: waits'), false);
  const person = { kind: 'person' as const, reason: 'merge approval', since: hold.since };
  const asked = anEpic({ state: 'COMPLETED', phase: 'waits for a person’s approval', hold: person });
  assert.match((await against(always(asked), ['watch', 'shop'])).stdout, /approval {2}merge approval$/m);
});

test('watch has one line for a failure, whose words the question shows once', async () => {
  const failure = { type: 'SetupFailed', message: 'The set-up command ended with 1.\nIt printed:\nno such package' };
  const task = (phase: string) => aTask({ state: 'FAILED', phase, failure });
  const question = `Task "slugs" did not finish: ${failure.message}\nWhat now?`;
  const steps = [
    anEpic({ tasks: [task('failed; the supervisor looks at it')] }),
    anEpic({ tasks: [task('SetupFailed does not pass by itself')], requests: [aRequest({ question, headSha: null })] }),
    anEpic({ state: 'COMPLETED', tasks: [task('SetupFailed does not pass by itself')] }),
  ];
  let look = 0;
  const { stdout } = await against(() => ({ body: steps[Math.min(look++, 2)] }), ['watch', 'shop']);
  assert.equal(stdout.match(/no such package/g)?.length, 1);
  assert.equal(stdout.match(/It printed:/g)?.length, 1);
  assert.match(stdout, /SetupFailed: The set-up command ended with 1\.$/m);
});

test('watch says nothing of a line that an epic only passes through', async () => {
  const hold = (seconds: number) => ({
    ...{ kind: 'admission' as const, reason: 'the limit of epics at once' },
    since: new Date(Date.now() - seconds * 1_000).toISOString(),
  });
  const phase = 'waits for admission';
  const watched = async (seconds: number) => {
    const steps = [anEpic({ phase, hold: hold(seconds) }), anEpic({ state: 'COMPLETED' })];
    let look = 0;
    return (await against(() => ({ body: steps[Math.min(look++, 1)] }), ['watch', 'shop'])).stdout;
  };
  assert.doesNotMatch(await watched(0), /admission/);
  assert.match(await watched(60), /waits for admission {2}the limit of epics at once$/m);
});

test('watch that gives up says that the epic goes on, and how to watch it again', async (context) => {
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  let look = 0;
  const silent = { code: 'Unavailable', message: 'PostgreSQL does not answer; try again in a moment' };
  const { exitCode, stderr } = await against(() => {
    if (look++ === 0) return { body: anEpic() };
    context.mock.timers.tick(61_000);
    return { status: 503, body: { error: silent } };
  }, ['watch', 'shop']);
  assert.equal(exitCode, 4);
  assert.match(
    stderr,
    /^PostgreSQL does not answer.*\nNo answer for 60 s, .* goes on by itself.*bin\/factory watch shop$/m,
  );
});

test('watching an API that is being stopped on request ends at once', { timeout: 10_000 }, async () => {
  const stopping = new AbortController();
  let look = 0;
  const away = { status: 503, body: { error: { code: 'Unavailable', message: 'it is being stopped' } } };
  const stub = await startStubApi(() => {
    if (look++ === 0) return { body: anEpic() };
    stopping.abort();
    return away;
  });
  const sink = { write: () => true };
  const out = createOutput({ stdout: sink, stderr: sink }, { json: false });
  const access = async () => ({ apiUrl: stub.url, apiToken: undefined });
  const config = () => Promise.reject(new Error('Nothing is configured here'));
  const api = createApi({ access, config, out } as never);
  await assert.rejects(watchEpic(api, out, 'shop', { stopping: stopping.signal }), /it is being stopped/);
  await stub.stop();
});

test('in a terminal watch paints over what it painted, and no line is longer than the terminal', async () => {
  const title = 'A title that is longer than the narrow terminal in which it is shown';
  const steps = [anEpic({ title, tasks: [aTask()] }), anEpic({ title, state: 'COMPLETED', phase: '' })];
  let look = 0;
  const { stdout } = await against(() => ({ body: steps[Math.min(look++, 1)] }), ['watch', 'shop'], { columns: 40 });
  const [first = '', second = ''] = stdout.split('\u001B[3A');
  assert.match(first, /IN_PROGRESS/);
  assert.ok(second.startsWith('\u001B[0J') && second.includes('COMPLETED'));
  const lines = stripVTControlCharacters(first).split('\n');
  assert.ok(lines.every((line) => line.length < 40));
  assert.ok(second.includes(title), 'what stays on the screen is whole');
  look = 0;
  const sizeless = await against(() => ({ body: steps[Math.min(look++, 1)] }), ['watch', 'shop'], { columns: 0 });
  assert.ok(sizeless.stdout.includes('\u001B[3A'), 'a terminal that says 0 columns is taken for one of 80');
});

test('an epic that nothing is recorded of is named, and said to have started', async () => {
  const starting = { status: 202, body: { id: 'shop', status: 'starting', message: 'ask again' } };
  for (const columns of [undefined, 80]) {
    let looks = 0;
    const answer = ({ method }: StubRequest) => {
      if (method !== 'GET') return { status: 202, body: { id: 'shop', workflowId: 'epic-shop', created: true } };
      return looks++ === 0 ? starting : { body: anEpic({ state: 'COMPLETED' }) };
    };
    const terminal = columns === undefined ? {} : { columns };
    const { stdout } = await against(answer, ['submit', '--title', 'T', '--watch'], terminal);
    assert.match(stdout, /^Submitted: shop\n[\s\S]*Epic shop has started; nothing is recorded yet\.[\s\S]*COMPLETED/);
  }
});

test('an API that is away when an epic was just submitted is waited for', async () => {
  let looks = 0;
  const { exitCode } = await against(
    ({ method }) => {
      if (method !== 'GET') return { status: 202, body: { id: 'shop', workflowId: 'epic-shop', created: true } };
      if (looks++ === 0) return { status: 503, body: { error: { code: 'Unavailable', message: 'away' } } };
      return { body: anEpic({ state: 'COMPLETED' }) };
    },
    ['submit', '--title', 'T', '--watch'],
  );
  assert.equal(exitCode, 0);
});

const plain = pc.createColors(false);
/** What a terminal of so many rows and columns shows of the epic. */
const pictured = (epic: Epic, rows: number, columns = 60, called = (line: string) => line) =>
  picture(epicParts(epic, plain, Date.now()), { rows, columns }, { colors: plain, called });

test('in a terminal questions come before tasks, with whole commands, and what is cut says so', async () => {
  const tasks = Array.from({ length: 60 }, (_, index) => aTask({ key: `task-${index + 1}` }));
  const question = `Merge it?\n${Array.from({ length: 40 }, (_, index) => `reason ${index + 1}`).join('\n')}`;
  const requests = ['one', 'two', 'three'].map((requestId) =>
    aRequest({ requestId, kind: 'protected-paths', question: requestId === 'one' ? question : 'Push it?' }),
  );
  const epic = anEpic({ tasks, requests });
  for (const rows of [14, 24, 30, 50]) {
    const lines = pictured(epic, rows);
    assert.ok(rowsOfAll(lines, 60) <= rows, `${rowsOfAll(lines, 60)} rows of ${rows}`);
    assert.match(lines[2] ?? '', /^\? protected-paths: Merge it\?$/);
    const approve = 'bin/factory approve shop --request one, or bin/factory reject shop --request one --comment "…"';
    assert.ok(lines.includes(`    ${approve}`), `${rows} rows`);
    assert.match(
      lines.join('\n'),
      /… (and \d+ more tasks: bin\/factory show|and \d more questions?: bin\/factory requests) shop/,
    );
  }
  const large = pictured(epic, 40);
  assert.ok(large.some((line) => /approve shop --request three/.test(line)));
  assert.match(large.join('\n'), /… all of it: bin\/factory requests shop/);
  assert.match(large.at(-1) ?? '', /^ {2}… and 60 more tasks: bin\/factory show shop$/);
  const all = pictured(anEpic({ tasks: tasks.slice(0, 3), requests }), 80);
  assert.deepEqual(
    all.filter((line) => line.includes('…') && !line.includes('--comment "…"')),
    [],
  );
  const elsewhere = pictured(epic, 40, 60, (line) => line.replaceAll('bin/factory', 'X=1 bin/factory'));
  assert.doesNotMatch(elsewhere.join('\n'), /(?<!X=1 )bin\/factory/);
});

test('rows of a command that wraps are painted over too', async () => {
  const requests = [aRequest({ headSha: null, pullRequest: null })];
  const steps = [anEpic({ requests }), anEpic({ state: 'COMPLETED', phase: '' })];
  let look = 0;
  const { stdout } = await against(() => ({ body: steps[Math.min(look++, 1)] }), ['watch', 'shop'], { columns: 40 });
  // Head, question, and the command in two rows.
  const [first = '', second] = stdout.split('\u001B[5A');
  const command = 'bin/factory approve shop, or bin/factory reject shop --comment "…"';
  assert.ok(first.includes(command));
  assert.notEqual(second, undefined);
});

test('watch ends with 1 when the epic failed', async () => {
  const failure = { type: 'EpicFailed', message: 'no plan' };
  const { exitCode, stderr } = await against(always(anEpic({ state: 'FAILED', failure })), ['watch', 'shop']);
  assert.equal(exitCode, 1);
  assert.match(stderr, /shop is FAILED: no plan/);
});
