/** A Worker's command, sandboxed where there is a sandbox, whose worker process is killed or whose files are deleted. */
import assert from 'node:assert/strict';
import { existsSync, globSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { endServer, terminalOf } from '../../local/stack/terminal.ts';
import { waitFor } from '../support/wait-for.ts';
import type { SharedStack } from './shared-stack.ts';

const TITLE = 'Be harmed';
const ID = 'harmed';
/** Tells that it runs, and ends when the test lets it; what it does twice shows in what is merged. */
const command = (task: string) =>
  `echo run >> runs-${task}; until [ -e go ]; do sleep 0.1; done; rm go; echo ${task} > ${task}.txt`;
const submitWork = { tool: 'submit_work', input: { summary: 'Done.', commitMessage: 'Do {{task.key}}' } };
const worker = (task: string) => ({
  implement: [[{ tools: [{ tool: 'bash', input: { command: command(task) } }] }, { tools: [submitWork] }]],
});
export const HARMED_EPIC = { title: TITLE, tasks: { killed: worker('killed'), gone: worker('gone') } };

/** Last on its stack: it deletes what other epics have left there. */
export function harmedCommandTests(stack: SharedStack): void {
  /** Commands are watched where the sandbox lets them write. */
  const worktreeOf = (task: string): string => {
    const { stateDir } = stack.factory;
    const [found] = globSync(`hosts/*/worktrees/${ID}/${task}`, { cwd: stateDir });
    return path.join(stateDir, found ?? 'nowhere');
  };
  const running = (task: string) =>
    waitFor(() => existsSync(path.join(worktreeOf(task), `runs-${task}`)), {
      timeoutMs: 90_000,
      what: `the command of ${task}`,
    });
  const letGo = (task: string) => writeFileSync(path.join(worktreeOf(task), 'go'), '');
  const callsOf = (task: string) =>
    stack.factory.db
      .selectFrom('tool_calls')
      .select(['is_error', 'output'])
      .where('transcript', '=', `${ID}.${task}.implement.1`)
      .orderBy('turn')
      .execute();

  test('a worker process that is killed while a command runs finds it again: it runs once, and is not called interrupted', async () => {
    const tasks = [
      { key: 'killed', title: 'Be killed' },
      { key: 'gone', title: 'Be deleted', dependsOn: ['killed'] },
    ];
    await stack.factory.submit({ title: TITLE, tasks }, ID);
    await running('killed');
    await stack.factory.kill('worker');
    letGo('killed');
    // It begins when the other is merged.
    await running('gone');
    const calls = await callsOf('killed');
    assert.ok(calls.length > 0 && calls.every(({ is_error }) => is_error !== true));
  });

  test('worktrees, clone, journals and tmux that somebody deletes by hand cost the Worker a round, and no attempt', async () => {
    const { factory } = stack;
    const remove = (folder: string) => {
      for (const found of globSync(`hosts/*/${folder}`, { cwd: factory.stateDir })) {
        rmSync(path.join(factory.stateDir, found), { recursive: true, force: true });
      }
    };
    // First: once the command has ended, a checkpoint could save its files, and the new worktree would hold them.
    remove('worktrees');
    const terminal = terminalOf(factory.config);
    if (terminal !== undefined) await endServer(terminal);
    for (const folder of ['repositories', 'journal']) remove(folder);
    // The Worker learns that its command was interrupted, and that its files are gone; it runs it again.
    await running('gone');
    letGo('gone');
    await factory.respond(ID, await factory.request(ID, 'merge', 90_000), 'approve');
    await factory.completed(ID);
    for (const task of ['killed', 'gone']) {
      assert.equal(await factory.repository.git('show', `main:${task}.txt`), task);
      assert.equal(await factory.repository.git('show', `main:runs-${task}`), 'run');
    }
    const workers = factory.db.selectFrom('transcripts').select('id').where('epic_id', '=', ID);
    const ids = await workers.where('purpose', '=', 'implement').orderBy('id').execute();
    assert.deepEqual(
      ids.map(({ id }) => id),
      [`${ID}.gone.implement.1`, `${ID}.killed.implement.1`],
    );
    assert.match((await callsOf('gone'))[0]?.output ?? '', /may or may not have finished/);
    assert.deepEqual(await factory.workflowTaskFailures(), []);
  });
}
