/** `factory watch` against an API that answers one thing after the other. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { createApi } from '../../cli/api.ts';
import { createOutput } from '../../cli/output.ts';
import { watchEpic } from '../../cli/watch-epic.ts';
import { anEpic, aRequest, aTask } from '../support/api-answers.ts';
import { runnerAgainst, startStubApi } from '../support/cli.ts';

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
  const lines = stripVTControlCharacters(stdout).split('\n');
  assert.ok(lines.every((line) => line.length < 40));
});

test('watch ends with 1 when the epic failed', async () => {
  const failure = { type: 'EpicFailed', message: 'no plan' };
  const { exitCode, stderr } = await against(always(anEpic({ state: 'FAILED', failure })), ['watch', 'shop']);
  assert.equal(exitCode, 1);
  assert.match(stderr, /shop is FAILED: no plan/);
});
