import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type DurableCommand, runDurableCommand } from '../../activities/terminal/run-command.ts';
import { createEditActivities } from '../../activities/tools/edit.ts';
import type { HostToolInput, HostToolResult } from '../../activities/tools/host-tool.ts';
import { NO_SANDBOX } from '../../clients/terminal/sandbox.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import type { CommandAttempt } from '../support/escapes/attempt.ts';
import { COMMAND_AREAS, EDIT_AREA, GIT_AREA, POLICY_AREA } from '../support/escapes/list.ts';
import { createEscapeStage, type EscapeStage, TASK } from '../support/escapes/stage.ts';
import { addToolCall, storedCall } from '../support/tool-call.ts';

let stage: EscapeStage;
let database: TestDatabase;
before(async () => {
  [stage, database] = await Promise.all([createEscapeStage(), createDatabase()]);
  assert.equal(stage.sandbox.kind, 'bubblewrap', `These tests need a sandbox: ${stage.sandbox.description}`);
});
after(async () => {
  await stage.remove();
  await database.drop();
});

/** What a command printed, and how it ended. */
async function attempt(name: string, script: string, options: Partial<DurableCommand> = {}): Promise<string> {
  const journalDir = stage.journal(name);
  const result = await runDurableCommand({
    ...{ terminal: stage.terminal, journalDir, session: 'escapes/agent', script, cwd: stage.worktree },
    ...{
      env: stage.variables(journalDir),
      secrets: {},
      timeoutMs: 20_000,
      readOnly: false,
      git: stage.folders,
      network: [],
    },
    ...{ sandbox: stage.sandbox, limits: RepositoryPolicy.parse({}).limits, ...options },
  });
  assert.doesNotMatch(result.output, /syntax error/);
  return `${result.output}${result.timedOut ? '[timed out]' : `[exit ${result.exitCode}]`}`;
}

const gotOut = (output: string): boolean => output.includes('ESCAPED') || output.includes(stage.canary);

for (const { title, attempts } of COMMAND_AREAS) {
  for (const { id, tries, script, options, check } of attempts) {
    test(`${title}, ${id}: ${tries}`, async () => {
      const output = await attempt(id, script, options);
      assert.ok(!gotOut(output), output);
      await check?.(stage, output);
    });
  }
}

test('the same attempts do get out where there is no sandbox', async () => {
  const controls = COMMAND_AREAS.flatMap(({ attempts }) => attempts.filter(({ control }) => control === true));
  const run = async ({ id, script, options }: CommandAttempt) =>
    gotOut(await attempt(`control-${id}`, script, { ...options, sandbox: NO_SANDBOX('of the control') })) ? '' : id;
  const held: string[] = [];
  for (const control of controls) held.push(await run(control));
  assert.deepEqual(held.filter(Boolean), []);
  assert.ok(controls.length >= 15);
});

test('agents can read git inside', async () => {
  const output = await attempt(
    'git-reads',
    'git status --short && git log --oneline | wc -l && git diff --stat HEAD && git branch',
  );
  assert.match(output, /\[exit 0\]$/);
});

for (const { id, tries, run } of POLICY_AREA.attempts) {
  test(`${POLICY_AREA.title}, ${id}: ${tries}`, () => run(stage, database.db));
}

for (const [turn, { id, tries, script, check }] of GIT_AREA.attempts.entries()) {
  test(`${GIT_AREA.title}, ${id}: ${tries}`, async () => {
    const output = await attempt(id, script);
    assert.ok(!gotOut(output), output);
    const { worktree } = stage;
    const host = stage.git.host('one');
    await host.checkpoint({ ...TASK, worktree, agentId: 'escapes.agent.implement.1', turn });
    await host.commitChange({ ...TASK, worktree, message: id, key: id });
    assert.deepEqual(
      readdirSync(stage.outside).filter((name) => name.startsWith('ran-')),
      [],
    );
    await check?.(stage, output);
  });
}

for (const { id, tries, run } of EDIT_AREA.attempts) {
  test(`${EDIT_AREA.title}, ${id}: ${tries}`, async () => {
    const { db } = database;
    const { edit } = createEditActivities({ db, host: { stateDir: stage.stateDir, host: 'one' } });
    const call = async (input: object, readOnly = false) => {
      const added = await addToolCall(db, { name: 'edit', input, worktree: stage.worktree, readOnly });
      const environment = new MockActivityEnvironment();
      const { isError } = await environment.run<[HostToolInput], HostToolResult, typeof edit>(edit, added);
      return `${isError ? 'error: ' : ''}${(await storedCall(db, added)).output}`;
    };
    await run(stage, call);
  });
}
