/** SIGKILL for each process at a moment that hurts: what a person would see twice happens once. */
import assert from 'node:assert/strict';
import { existsSync, globSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Situation } from '../../local/model/scenario.ts';
import { endServer, terminalOf } from '../../local/stack/terminal.ts';
import { commandScenario } from '../support/command-scenario.ts';
import { type Factory, startFactory } from '../support/factory.ts';
import { waitFor } from '../support/wait-for.ts';

/** Tells that it runs, and ends when the test lets it; what it does twice shows in what is merged. */
const command = (task: string) =>
  `echo run >> runs-${task}; until [ -e go ]; do sleep 0.1; done; rm go; echo ${task} > ${task}.txt`;

const TASKS = ['first', 'second', 'third'] as const;
let factory: Factory;
/** What a test wants to do when the model is asked, before it answers. */
let onCall: (situation: Situation) => void = () => {};
let kills = 0;

before(async () => {
  const scenario = commandScenario({
    'Be killed': Object.fromEntries(TASKS.map((key) => [key, command(key)])),
    'Be deleted': { gone: command('gone') },
  });
  const fault = ({ situation }: { situation: Situation | undefined }) => {
    if (situation !== undefined) onCall(situation);
    return undefined;
  };
  factory = await startFactory({ model: { scenario, delayMs: 300, fault } });
});
after(() => factory?.end());

const kill = (name: string) => {
  kills += 1;
  return factory.kill(name);
};
/** Commands run in the sandbox where there is one, so they are watched where they may write. */
const worktreeOf = (task: string): string => {
  const [found] = globSync(`hosts/*/worktrees/*/${task}`, { cwd: factory.stateDir });
  return path.join(factory.stateDir, found ?? 'nowhere');
};
const running = (task: string) =>
  waitFor(() => existsSync(path.join(worktreeOf(task), `runs-${task}`)), {
    timeoutMs: 60_000,
    what: `the command of ${task}`,
  });
const letGo = (task: string) => writeFileSync(path.join(worktreeOf(task), 'go'), '');

/** Kills a process at the model's next call of this kind, while its answer is on its way. */
function killDuring(name: string, task: string, kind: Situation['kind']): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  onCall = (situation) => {
    if (situation.task?.key !== task || situation.kind !== kind) return;
    onCall = () => {};
    resolve(kill(name));
  };
  return promise;
}

test('the worker process, the API, Temporal and PostgreSQL are killed while commands run', async () => {
  const tasks = TASKS.map((key, index) => ({ key, title: `Do ${key}`, dependsOn: TASKS.slice(index - 1, index) }));
  await factory.submit(
    { title: 'Be killed', tasks: tasks.map((t, i) => (i === 0 ? { ...t, dependsOn: [] } : t)) },
    'killed',
  );

  await running('first');
  await kill('worker');
  letGo('first');
  await running('second');
  await kill('temporal');
  await kill('api');
  letGo('second');
  await running('third');
  await kill('postgres');
});

test('the worker process and PostgreSQL are killed while the model answers', async () => {
  const killed = killDuring('worker', 'third', 'implement');
  letGo('third');
  await killed;
  await killDuring('postgres', 'third', 'review');
  const request = await factory.request('killed', 'merge', 90_000);
  await kill('worker');
  await factory.respond('killed', request, 'approve');
  await factory.completed('killed');
});

test('each command ran once, and none was called interrupted', async () => {
  for (const task of TASKS) assert.equal(await factory.repository.git('show', `main:runs-${task}`), 'run');
  const calls = await factory.db.selectFrom('tool_calls').select(['is_error', 'exit_code', 'output']).execute();
  assert.equal(calls.filter(({ is_error }) => is_error === true).length, 0);
});

test('one pull request a task and one for the epic, each merged once', async () => {
  const rows = await factory.db.selectFrom('forge_pull_requests').select(['head', 'state']).orderBy('head').execute();
  const heads = ['epic', ...TASKS].map((key) => ({ head: `factory/killed/${key}`, state: 'merged' }));
  assert.deepEqual(
    rows,
    heads.toSorted((a, b) => (a.head < b.head ? -1 : 1)),
  );
  const written = await factory.subjects('--no-merges');
  assert.deepEqual(
    written.filter((subject) => subject.startsWith('Do ')),
    TASKS.map((key) => `Do ${key}`).toReversed(),
  );
  const merges = await factory.subjects('--merges', '--first-parent');
  assert.equal(merges.length, 1);
  for (const key of TASKS) assert.equal(await factory.repository.git('show', `main:${key}.txt`), key);
});

test('every agent needed one attempt, and no turn was stored twice or paid twice beyond a kill', async () => {
  const attempts = await factory.db.selectFrom('transcripts').select(['task_key', 'purpose']).execute();
  const names = attempts.map(({ task_key, purpose }) => `${task_key} ${purpose}`);
  assert.equal(new Set(names).size, names.length);

  const turns = await factory.db.selectFrom('agent_turns').select(['transcript', 'turn', 'message_id']).execute();
  assert.equal(new Set(turns.map(({ message_id }) => message_id)).size, turns.length);
  const answered = factory.model.calls.filter(({ status }) => status === 200 || status === 0).length;
  assert.equal(factory.model.calls.filter(({ status }) => status !== 200 && status !== 0).length, 0);
  assert.ok(answered >= turns.length && answered <= turns.length + kills, `${answered} calls, ${turns.length} turns`);

  const ledger = await factory.db.selectFrom('ledger').select(['transcript', 'turn', 'outcome']).execute();
  const of = (outcome: string) => ledger.filter((entry) => entry.outcome === outcome);
  assert.equal(of('open').length, 0);
  assert.equal(of('answered').length, turns.length);
  const unanswered = of('unknown').length + of('failed').length;
  assert.ok(unanswered >= 1 && unanswered <= kills, `${unanswered} calls were not answered`);
});

test('no workflow task failed', async () => {
  assert.deepEqual(await factory.workflowTaskFailures(), []);
});

test('worktrees, clone, journals and tmux that somebody deletes by hand cost the Worker a round, and no attempt', async () => {
  await factory.submit({ title: 'Be deleted', tasks: [{ key: 'gone', title: 'Do gone', dependsOn: [] }] }, 'deleted');
  await running('gone');
  const terminal = terminalOf(factory.config);
  if (terminal !== undefined) await endServer(terminal);
  for (const folder of ['worktrees', 'repositories', 'journal']) {
    for (const found of globSync(`hosts/*/${folder}`, { cwd: factory.stateDir })) {
      rmSync(path.join(factory.stateDir, found), { recursive: true, force: true });
    }
  }
  // The Worker learns that its command was interrupted, and that its files are gone; it runs it again.
  await running('gone');
  letGo('gone');
  await factory.respond('deleted', await factory.request('deleted', 'merge', 90_000), 'approve');
  await factory.completed('deleted');
  assert.equal(await factory.repository.git('show', 'main:gone.txt'), 'gone');
  assert.equal(await factory.repository.git('show', 'main:runs-gone'), 'run');
  const workers = await factory.db
    .selectFrom('transcripts')
    .select('id')
    .where('epic_id', '=', 'deleted')
    .where('purpose', '=', 'implement')
    .execute();
  assert.deepEqual(
    workers.map(({ id }) => id),
    ['deleted.gone.implement.1'],
  );
  const [first] = await factory.db
    .selectFrom('tool_calls')
    .select(['is_error', 'output'])
    .where('transcript', '=', 'deleted.gone.implement.1')
    .orderBy('turn')
    .execute();
  assert.match(first?.output ?? '', /may or may not have finished/);
});
