/** What people get wrong: each mistake is answered with what to do, and nothing else breaks. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Scenario } from '../../local/model/scenario.ts';
import { onPath } from '../../local/programs/find.ts';
import { spawnCli } from '../support/cli.ts';
import { type Factory, startFactory } from '../support/factory.ts';
import { processesIn, stackVariables } from '../support/stack.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'bad-'));
const worktrees = path.join(folder, 'worktrees');
let factory: Factory;

const task = (key: string, ...dependsOn: string[]) => ({ key, title: `Do ${key}`, dependsOn });
const CYCLE = [task('a', 'b'), task('b', 'a'), task('c')];

before(async () => {
  const plan = [CYCLE, [task('a'), task('b', 'a')]].map((tasks) => ({
    tools: [{ tool: 'submit_plan', input: { tasks } }],
  }));
  const scenario = Scenario.parse({ epics: [{ title: 'Plan in circles', plan: [plan] }] });
  const variables = { GIT_WORKTREE_BASE: path.join(worktrees, 'base') };
  factory = await startFactory({ model: { scenario }, variables });
});
after(async () => {
  await factory?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Started as anybody with the Temporal CLI can; answers with how the workflow ended. */
async function byHand(id: string, ...input: string[]) {
  const what = ['--task-queue', 'factory', '--type', 'epicWorkflow', '--workflow-id', id];
  const started = await factory.temporalCli('workflow', 'start', ...what, ...input);
  assert.equal(started.exitCode, 0, started.stderr);
  return factory.temporalCli('workflow', 'result', '--workflow-id', id);
}

test('an epic without a title is refused wherever it comes in', async () => {
  const posted = await fetch(`${factory.apiUrl}/epics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"description":"No title"}',
  });
  assert.equal(posted.status, 400);
  const { error } = (await posted.json()) as { error: { code: string; message: string } };
  assert.equal(error.code, 'InvalidInput');
  assert.match(error.message, /title: give the epic a title/);

  const submitted = await factory.cli('submit', '--description', 'No title');
  assert.equal(submitted.exitCode, 2);
  assert.match(submitted.stderr, /Give the epic a title: --title/);

  const started = await byHand('epic-untitled', '--input', '{"description":"No title"}');
  assert.notEqual(started.exitCode, 0);
  assert.match(started.stdout + started.stderr, /give the epic a title/);
  const empty = await byHand('epic-nothing');
  assert.match(empty.stdout + empty.stderr, /The epic does not fit:\n✖ give the epic a title/);
  assert.deepEqual((await factory.api.GET('/epics')).data, []);
});

test('a plan with a cycle is refused with the tasks that wait for each other', async () => {
  const file = path.join(folder, 'cycle.json');
  writeFileSync(file, JSON.stringify({ title: 'In circles', tasks: CYCLE }));
  const submitted = await factory.cli('submit', file);
  assert.equal(submitted.exitCode, 2, submitted.stderr);
  assert.match(submitted.stderr, /these tasks wait for each other: a, b/);

  const started = await byHand('epic-circles', '--input-file', file);
  assert.match(started.stdout + started.stderr, /these tasks wait for each other: a, b/);
});

test('a repository and a base branch that do not exist are named, with those that do', async () => {
  await factory.submit({ title: 'Elsewhere', repository: 'nowhere' }, 'elsewhere');
  const repository = await factory.request('elsewhere', 'question');
  assert.match(repository.question, /no repository "nowhere" in the configuration. Configured: work/);

  await factory.submit({ title: 'Other base', baseBranch: 'mian' }, 'otherbase');
  const branch = await factory.request('otherbase', 'question');
  assert.match(branch.question, /has no commit on a branch "mian"; make a first commit there, or name another base/);
  const shown = await factory.cli('show', 'otherbase');
  assert.match(shown.stdout, /BLOCKED.*The repository cannot be used[\s\S]*waits: .*mian/);
  for (const id of ['elsewhere', 'otherbase']) await factory.cli('cancel', id, '--yes');
});

test('a base branch that git cannot name is refused with the field’s name, by API, CLI and Temporal', async () => {
  const submitted = await factory.cli('submit', '--title', 'Spaces', '--base', 'a b');
  assert.equal(submitted.exitCode, 2, submitted.stderr);
  assert.match(submitted.stderr, /baseBranch.*a branch name has no spaces/);
  const started = await byHand('epic-spaces', '--input', '{"title":"Spaces","baseBranch":"a..b"}');
  assert.match(started.stdout + started.stderr, /a branch name has no "\.\."[\s\S]*baseBranch/);
});

test('a worktree folder that cannot be written asks a person, who mends it and says retry', async () => {
  // The root user may write everywhere, but not below a file.
  rmSync(worktrees, { recursive: true, force: true });
  writeFileSync(worktrees, 'in the way');
  await factory.submit({ title: 'Nowhere to work', tasks: [task('only')] }, 'homeless');
  const request = await factory.request('homeless', 'failed-task');
  assert.match(request.question, /GIT_WORKTREE_BASE/);
  assert.ok(request.question.includes(worktrees), request.question);

  rmSync(worktrees);
  mkdirSync(worktrees);
  await factory.respond('homeless', request, 'retry');
  await factory.respond('homeless', await factory.request('homeless', 'merge'), 'approve');
  await factory.completed('homeless');
});

test("an agent's plan with a cycle goes back to it, and the mended one is taken", async () => {
  await factory.submit({ title: 'Plan in circles' }, 'mended');
  await factory.respond('mended', await factory.request('mended', 'merge'), 'approve');
  const epic = await factory.completed('mended');
  assert.deepEqual(
    epic.tasks.map(({ key, dependsOn }) => [key, dependsOn]),
    [
      ['a', []],
      ['b', ['a']],
    ],
  );
  const { data } = await factory.api.GET('/agents/{id}/transcript', {
    params: { path: { id: 'mended.epic.plan.1' } },
  });
  assert.match(data?.turns[0]?.toolCalls[0]?.output ?? '', /these tasks wait for each other: a, b/);
});

test('none of it has made a workflow task fail', async () => {
  assert.deepEqual(await factory.workflowTaskFailures(), []);
});

test('a stack that cannot start says what to do, and leaves nothing running', async () => {
  const stateDir = path.join(folder, 'second');
  const env = await stackVariables(stateDir);
  const start = async (variables: Record<string, string>, remedy: RegExp) => {
    const { exitCode, stderr } = await spawnCli(['start'], { env: { ...env, ...variables } });
    assert.equal(exitCode, 1, stderr);
    assert.match(stderr, remedy);
    assert.equal(processesIn(stateDir).size, 0);
  };

  const taken = createServer().listen(Number(env.BACKEND_PORT), '127.0.0.1');
  await start({}, new RegExp(`Port ${env.BACKEND_PORT} for the API is taken .* set BACKEND_PORT to a free port`));
  taken.close();

  const theirs = `postgres://factory:wrong@127.0.0.1:${factory.env.POSTGRES_PORT}/factory`;
  await start({ DATABASE_URL: theirs }, /PostgreSQL at DATABASE_URL cannot be used: password authentication failed/);
  await start({ DATABASE_URL: `postgres://factory@127.0.0.1:${env.POSTGRES_PORT}/x` }, /DATABASE_URL .*ECONNREFUSED/);

  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  for (const program of ['git', 'sh', 'id']) symlinkSync(onPath(program) ?? '', path.join(bin, program));
  await start({ PATH: bin }, /tmux.*not on PATH.*install tmux/s);
});
