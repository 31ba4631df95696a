/**
 * Ctrl-C in the middle of an epic and a new start: the command under way is found again and the epic finishes.
 * Beside it runs a second factory, with an epic of the same name, that sees nothing of it. Then an epic is cancelled.
 */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { commandScenario } from '../support/command-scenario.ts';
import { type Factory, startFactory } from '../support/factory.ts';
import { processesIn } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';
import { cancelledEpic, cancelTests } from './cancel.ts';

const notes = mkdtempSync(path.join(tmpdir(), 'restart-'));
const ticks = path.join(notes, 'ticks');
const gate = path.join(notes, 'go');
const command = `until [ -e ${gate} ]; do echo $$ >> ${ticks}; sleep 0.2; done; echo done > long.txt`;
const EPIC = { title: 'Take a break', tasks: [{ key: 'long', title: 'Take long' }] };
let factory: Factory;
let neighbour: Factory;

before(async () => {
  neighbour = await startFactory();
  // Its commands are watched through files outside their worktrees, which no sandbox lets them write.
  const variables = { SANDBOX: 'off' };
  factory = await startFactory({
    variables,
    model: { scenario: commandScenario({ [EPIC.title]: { long: command }, ...cancelledEpic(notes) }) },
  });
});
after(async () => {
  await Promise.all([factory?.end(), neighbour?.end()]);
  rmSync(notes, { recursive: true, force: true });
});

const lines = (): string[] => {
  try {
    return readFileSync(ticks, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
};

test('Ctrl-C ends the processes and leaves the command running in tmux', async () => {
  await factory.submit(EPIC, 'break');
  await waitFor(() => lines().length > 0, { timeoutMs: 60_000, what: 'the command' });

  const { exitCode, said } = await factory.interrupt();
  assert.equal(exitCode, 0);
  assert.match(said, /Running commands stay in tmux \(break\/long\)/);
  assert.match(said, /End them with: bin\/factory stop --commands/);
  assert.equal(processesIn(factory.stateDir).size, 0);
  assert.deepEqual(await factory.sessions(), ['break/long']);

  const before = lines().length;
  await waitFor(() => lines().length > before, { what: 'a sign of life of the command without the factory' });
});

test('the factory beside it goes on, and its epic of the same name is another one', async () => {
  await neighbour.submit(EPIC, 'break');
  await neighbour.respond('break', await neighbour.request('break', 'merge'), 'approve');
  await neighbour.completed('break');
  assert.match(await neighbour.repository.git('show', 'main:factory-notes/break-long.md'), /Part of: Take a break/);
  assert.equal((await factory.subjects()).length, 1);
  assert.deepEqual(await factory.sessions(), ['break/long']);
});

test('the next start finds the command and the epic goes on', async () => {
  await factory.start();
  const before = lines().length;
  await waitFor(() => lines().length > before, { what: 'a sign of life of the command' });
  appendFileSync(gate, '');
  await factory.respond('break', await factory.request('break', 'merge'), 'approve');
  const epic = await factory.completed('break');

  assert.equal(new Set(lines()).size, 1, 'one process ran the command from beginning to end');
  assert.equal(await factory.repository.git('show', 'main:long.txt'), 'done');
  assert.deepEqual(
    epic.tasks.map(({ state, attempt }) => [state, attempt]),
    [['COMPLETED', 1]],
  );
  assert.equal(epic.pullRequests.length, 1);
  assert.deepEqual(await factory.sessions(), []);
});

cancelTests({
  notes,
  get factory() {
    return factory;
  },
});
