/** A full disk: said as DiskFull with what helps, tried again, and nothing is lost or done twice meanwhile. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createBashActivities } from '../../activities/tools/bash.ts';
import { createEditActivities } from '../../activities/tools/edit.ts';
import type { HostToolInput } from '../../activities/tools/host-tool.ts';
import { NO_SANDBOX } from '../../clients/terminal/sandbox.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { createDatabase } from '../support/database.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, failsAs, REPOSITORY } from '../support/git-stage.ts';
import { canMount, mountSmallDisk } from '../support/small-disk.ts';
import { createTestTerminal, textOf } from '../support/terminal.ts';
import { addToolCall, storedCall } from '../support/tool-call.ts';
import { waitFor } from '../support/wait-for.ts';

const skip = canMount ? false : 'only root may mount a small disk';
const database = await createDatabase();
const { db } = database;
const host = createTestTerminal();
after(async () => {
  await host.end();
  await database.drop();
});

const diskFull = failsAs('DiskFull', { final: false, message: /Free some/i });
const quiet = () => new MockActivityEnvironment({});

test('commands and edits wait for space, and are then done once', { skip }, async () => {
  const stateDir = join(host.stateDir, 'small');
  const disk = mountSmallDisk(stateDir, 2);
  try {
    const place = { stateDir, host: 'test' };
    const commands = { sandbox: NO_SANDBOX('of the test'), secretsFile: undefined };
    const { bash } = createBashActivities({ db, terminal: host.terminal, host: place, commands });
    const worktree = join(stateDir, 'worktree');
    mkdirSync(worktree);
    const run = (call: HostToolInput) => quiet().run(bash, call);
    const first = await addToolCall(db, {
      name: 'bash',
      input: { command: 'echo x >>../../once; pwd' },
      worktree: host.worktree,
    });
    disk.fill();
    await assert.rejects(run(first), diskFull);
    assert.equal((await storedCall(db, first)).output, null);

    const { edit } = createEditActivities({ db, host: place });
    const created = { command: 'create', path: 'new.txt', file_text: 'x'.repeat(10_000) };
    const second = await addToolCall(db, { name: 'str_replace_based_edit_tool', input: created, worktree });
    await assert.rejects(quiet().run(edit, second), diskFull);
    disk.free();
    await run(first);
    await quiet().run(edit, second);
    assert.equal((await storedCall(db, first)).output, host.worktree);
    assert.equal(readFileSync(join(worktree, 'new.txt'), 'utf8'), 'x'.repeat(10_000));
  } finally {
    disk.remove();
  }
});

test('a command whose output fills the disk keeps its exit code until there is space for it', { skip }, async () => {
  const folder = join(host.stateDir, 'small-journal');
  const disk = mountSmallDisk(folder, 2);
  try {
    disk.fill(512 * 1024);
    const script = 'echo x >>flooded; head -c 3000000 /dev/zero | tr "\\0" y; touch flooded-done; exit 7';
    const running = host.run('unused', script, { journalDir: join(folder, 'journal', 'flood') });
    await waitFor(() => existsSync(join(host.worktree, 'flooded-done')), { what: 'the end of the script' });
    disk.free();
    const { exitCode, output, interrupted } = await running;
    assert.deepEqual([exitCode, interrupted], [7, false]);
    assert.match(output, /^y+/);
    assert.equal(textOf(join(host.worktree, 'flooded')), 'x\n');
  } finally {
    disk.remove();
  }
});

test('a worktree that does not fit is made when it does, and work in it is committed when it can be', {
  skip,
}, async () => {
  const stage = await createGitStage({ files: { 'big.txt': 'x'.repeat(3_000_000), 'a.txt': 'a\n' } });
  const disk = mountSmallDisk(join(stage.stateDir, 'hosts'), 8);
  try {
    const one = stage.host('one');
    const task = {
      epicId: 'full',
      taskKey: 't',
      repository: REPOSITORY,
      targetBranch: 'main',
      placement: { host: 'one', epoch: 1 },
    };
    disk.fill(1_000_000);
    await assert.rejects(one.prepareWorktree(task), failsAs('DiskFull', { final: false, message: /free some/ }));
    disk.free();
    const { worktree, branch } = await one.prepareWorktree(task);
    assert.equal(await repositoryAt(worktree).git('status', '--porcelain', '--branch'), `## ${branch}`);

    await writeFiles(worktree, { 'work.txt': 'work\n' });
    disk.fill();
    const commit = () => one.commitChange({ ...task, worktree, message: 'Work', key: 'k' });
    await assert.rejects(commit(), failsAs('DiskFull', { final: false, message: /free some/ }));
    assert.equal(readFileSync(join(worktree, 'work.txt'), 'utf8'), 'work\n');
    disk.free();
    assert.equal((await commit()).changed, true);
    assert.equal(await repositoryAt(worktree).git('status', '--porcelain'), '');
  } finally {
    disk.remove();
    await stage.remove();
  }
});
