/** `factory plan edit`: what the editor is shown, what is sent, and that nothing is lost when it does not fit. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { parse } from 'yaml';
import type { Answer } from '../../api/client/index.ts';
import { readPlanText } from '../../cli/plan-file.ts';
import { anEpic, aRequest } from '../support/api-answers.ts';
import { runnerAgainst, type StubRequest } from '../support/cli.ts';

let folder = '';
let runAgainst: ReturnType<typeof runnerAgainst>;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'plan-edit-'));
  runAgainst = runnerAgainst(folder);
});
after(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  delete process.env.VISUAL;
});

const task = { id: 'shop.cart', key: 'cart', title: 'Fill the cart', description: 'First line.\nSecond line.\n' };
const PLAN: Answer<'EpicPlan'> = {
  ...{ epicId: 'shop', revision: 4, revisions: [], overlaps: [{ tasks: ['cart', 'price'], files: ['src/'] }] },
  tasks: [
    {
      ...task,
      key: 'base',
      title: 'Lay: the base',
      ...{ acceptance: [], dependsOn: [], files: [], state: 'COMPLETED' },
    },
    { ...task, acceptance: ['is "full"', 'two\nlines'], dependsOn: ['base'], files: ['src/'], state: 'PENDING' },
  ].map((one, index) => ({
    ...one,
    state: one.state as 'PENDING',
    hasStarted: index === 0,
    checked: null,
    criteria: [],
    budgetUsd: index === 0 ? null : 2.5,
    budgetTokens: null,
  })),
};
const DONE = { status: 'done', changed: true, message: 'revision 5 of the plan' };

/** An editor that runs these commands of the shell, one an opening, on "$1". */
async function editor(...scripts: string[]): Promise<string> {
  const file = path.join(folder, 'editor');
  const opened = path.join(folder, 'opened');
  await rm(opened, { force: true });
  const cases = scripts.map((script, index) => `${index + 1}) ${script} ;;`).join('\n');
  const count = `echo x >> "${opened}"; cp "$1" "${opened}-$(wc -l < "${opened}" | tr -d ' ')"`;
  await writeFile(file, `#!/bin/sh\n${count}\ncase $(wc -l < "${opened}" | tr -d ' ') in\n${cases}\nesac\n`);
  await chmod(file, 0o755);
  process.env.VISUAL = `'${file}'`;
  return opened;
}

const answering =
  (sent: (request: StubRequest) => { status?: number; body: unknown }, requests: object[] = []) =>
  (request: StubRequest) => {
    if (request.method !== 'GET') return sent(request);
    return { body: request.path.endsWith('/plan') ? PLAN : anEpic({ requests: requests as never }) };
  };
const retitle = `sed -i.bak 's/Fill the cart/Fill it/' "$1"`;

test('the file holds what can change, says what saving it does, and reads back as it was', async () => {
  const { stdout, sent } = await runAgainst(
    answering(() => ({ body: DONE })),
    ['plan', 'edit', 'shop', '--print'],
  );
  assert.equal(sent, undefined);
  assert.match(stdout, /^# The plan of shop\. Saving it with a change makes revision 5, which counts at once\.\n/);
  assert.match(stdout, /# Overlap: cart and price will likely both change src\/; neither waits for the other\.\n/);
  assert.match(stdout, /# - base: Lay: the base \(COMPLETED\)\n/);
  const { key, title, description, acceptance, dependsOn, files } = PLAN.tasks[1] as Answer<'PlannedTask'>;
  assert.deepEqual(parse(stdout), {
    revision: 4,
    tasks: [{ key, title, description, acceptance, dependsOn, files, budgetUsd: 2.5 }],
  });
});

test('a change while the epic runs is a revision, with why and by whom', async () => {
  await editor(retitle);
  const run = ['plan', 'edit', 'shop', '--by', 'ann', '--comment', 'Shorter'];
  const { sent, exitCode, stdout } = await runAgainst(
    answering(() => ({ body: DONE })),
    run,
  );
  assert.deepEqual([exitCode, stdout], [0, 'revision 5 of the plan\n']);
  assert.deepEqual([sent?.method, sent?.path], ['PUT', '/epics/shop/plan']);
  const body = (sent?.body ?? {}) as { revision: number; by: string; comment: string; tasks: { title: string }[] };
  assert.deepEqual([body.revision, body.by, body.comment, body.tasks[0]?.title], [4, 'ann', 'Shorter', 'Fill it']);
});

test('a plan that waits for its approval is approved with the changes', async () => {
  const opened = await editor(retitle);
  const waits = [aRequest({ kind: 'plan', requestId: 'plan-1', headSha: null })];
  const run = ['plan', 'edit', 'shop', '--in-sequence'];
  const { sent } = await runAgainst(
    answering(() => ({ body: DONE }), waits),
    run,
  );
  const { requestId, decision, plan } = (sent?.body ?? {}) as {
    requestId: string;
    decision: string;
    plan: { revision: number; inSequence: boolean };
  };
  assert.deepEqual([sent?.path, requestId, decision], ['/epics/shop/respond', 'plan-1', 'approve']);
  assert.deepEqual([plan.revision, plan.inSequence], [4, true]);
  assert.match(await readFile(`${opened}-1`, 'utf8'), /saving it with a change APPROVES it/);
});

test('what does not fit is shown on top of what was written, which is edited again', async () => {
  const opened = await editor(retitle, `sed -i.bak 's/Fill it/Fill it well/' "$1"`);
  const refusals = ['tasks.0.title: say more; tasks.0.key: is taken', undefined];
  const { sent, requests, exitCode } = await runAgainst(
    answering(() => {
      const message = refusals.shift();
      return message === undefined
        ? { body: DONE }
        : { status: 400, body: { error: { code: 'InvalidInput', message } } };
    }),
    ['plan', 'edit', 'shop'],
  );
  assert.equal(exitCode, 0);
  assert.ok(sent);
  const second = await readFile(`${opened}-2`, 'utf8');
  assert.match(
    second,
    /^# What does not fit, and nothing was sent:\n# {3}tasks\.0\.title: say more\n# {3}tasks\.0\.key: is taken\n/,
  );
  assert.match(second, /title: Fill it\n/);
  assert.equal(((requests.at(-1)?.body ?? {}) as { tasks: { title: string }[] }).tasks[0]?.title, 'Fill it well');
});

test('text that is no YAML is opened again, and given up it is kept', async () => {
  await editor(`echo '  - [' >> "$1"`, 'true');
  const { sent, exitCode, stderr } = await runAgainst(
    answering(() => ({ body: DONE })),
    ['plan', 'edit', 'shop'],
  );
  assert.equal(sent, undefined);
  assert.equal(exitCode, 2);
  assert.match(stderr, /it is not YAML/);
  const kept = /kept in (\S+\.yaml)/.exec(stderr)?.[1] ?? '';
  assert.match(await readFile(kept, 'utf8'), /Fill the cart/);
  await rm(path.dirname(kept), { recursive: true });
});

test('a plan that was revised meanwhile refuses the change, and the text stays', async () => {
  await editor(retitle);
  const refusal = { status: 409, body: { error: { code: 'StalePlan', message: 'The plan is at revision 5 now' } } };
  const { exitCode, stderr } = await runAgainst(
    answering(() => refusal),
    ['plan', 'edit', 'shop'],
  );
  assert.equal(exitCode, 3);
  const kept = /The plan is at revision 5 now\. Your text is kept in (\S+\.yaml)\./.exec(stderr)?.[1] ?? '';
  assert.match(await readFile(kept, 'utf8'), /Fill it/);
  await rm(path.dirname(kept), { recursive: true });
});

test('a file that is closed as it was, or empty, sends nothing', async () => {
  for (const script of ['true', ': > "$1"']) {
    await editor(script);
    const { sent, exitCode, stdout } = await runAgainst(
      answering(() => ({ body: DONE })),
      ['plan', 'edit', 'shop'],
    );
    assert.deepEqual([sent, exitCode], [undefined, 0]);
    assert.match(stdout, /nothing was sent/);
  }
});

test('tasks are put in sequence without another change', async () => {
  await editor('true');
  const { sent } = await runAgainst(
    answering(() => ({ body: DONE })),
    ['plan', 'edit', 'shop', '--in-sequence'],
  );
  assert.equal(((sent?.body ?? {}) as { inSequence?: boolean }).inSequence, true);
});

test('a script sends a file, and an editor that fails sends nothing', async () => {
  const file = path.join(folder, 'given.yaml');
  await writeFile(file, 'revision: 4\ntasks:\n  - key: a\n    title: A\n');
  const given = await runAgainst(
    answering(() => ({ body: DONE })),
    ['plan', 'edit', 'shop', '--file', file, '--by', 'ann'],
  );
  assert.deepEqual(given.sent?.body, { revision: 4, tasks: [{ key: 'a', title: 'A' }], by: 'ann' });
  await writeFile(file, 'tasks: []\nmore: 1\n');
  const wrong = await runAgainst(
    answering(() => ({ body: DONE })),
    ['plan', 'edit', 'shop', '--file', file],
  );
  assert.deepEqual([wrong.exitCode, wrong.sent], [2, undefined]);
  assert.match(wrong.stderr, /more: there is no such field/);
  process.env.VISUAL = 'false';
  const failed = await runAgainst(
    answering(() => ({ body: DONE })),
    ['plan', 'edit', 'shop'],
  );
  assert.equal(failed.sent, undefined);
  assert.match(failed.stderr, /The editor \(false\) ended with 1; nothing was sent/);
});

test('a text without any field is no plan', () => {
  assert.equal(readPlanText('# nothing\n'), undefined);
});
