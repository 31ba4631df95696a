import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createTerminalActivities } from '../../activities/terminal/end-commands.ts';
import { adminDir } from '../../activities/worktree/worktree-state.ts';
import { clonePath } from '../../clients/git/names.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { failsAs, REPOSITORY, tasksOf } from '../support/git-stage.ts';
import { textOf } from '../support/terminal.ts';
import { openVerifyStage } from '../support/verify-stage.ts';
import { waitFor } from '../support/wait-for.ts';

const opened = await openVerifyStage({ 'a.txt': 'a\n', '.gitignore': 'cache/\n' });
after(opened.close);
const { stage, terminal, evidenceOfTask: evidenceOf } = opened;
const activities = opened.activitiesIn();

const environment = (activityId: string, attempt = 1) => new MockActivityEnvironment({ activityId, attempt });
let calls = 0;
/** A call of its own unless an activity is named, whose retry it then is. */
const verify = (input: Parameters<typeof activities.verify>[0], activity = `verify-${++calls}`) =>
  environment(activity).run(activities.verify, input) as ReturnType<typeof activities.verify>;
const runSetup = (input: Parameters<typeof activities.runSetup>[0], activity = `setup-${++calls}`) =>
  environment(activity).run(activities.runSetup, input) as ReturnType<typeof activities.runSetup>;

async function prepared(taskKey: string, policy: unknown) {
  const task = tasksOf('verified')(taskKey);
  const { worktree, headSha } = await stage.host('one').prepareWorktree(task);
  return {
    ...task,
    worktree,
    commitSha: headSha,
    policy: RepositoryPolicy.parse(policy),
    log: join(stage.stateDir, `${taskKey}.log`),
  };
}
const codesOf = ({ checks }: Awaited<ReturnType<typeof verify>>) =>
  checks.map(({ name, exitCode }) => [name, exitCode]);

test('each check runs on the commit, away from the worktree, and leaves evidence', async () => {
  const input = await prepared('checks', {
    verify: [
      {
        name: 'test',
        command: 'echo "$GREETING"; cat a.txt; echo x > left-behind; echo y > a.txt; mkdir cache; echo z > cache/kept',
      },
      { name: 'lint', command: 'echo bad >&2; exit 3' },
    ],
    env: { GREETING: 'hello' },
  });
  const result = await verify(input);
  assert.equal(result.green, false);
  assert.deepEqual(result.checks, [
    { name: 'test', exitCode: 0 },
    { name: 'lint', exitCode: 3, said: 'bad\n' },
  ]);
  const rows = await evidenceOf('checks');
  assert.deepEqual(
    rows.map((row) => [row.check_name, row.exit_code, row.output, row.commit_sha, row.tree_sha, row.verified_by]),
    [
      ['test', 0, 'hello\na\n', input.commitSha, result.treeSha, 'host one'],
      ['lint', 3, 'bad\n', input.commitSha, result.treeSha, 'host one'],
    ],
  );
  assert.equal(await repositoryAt(input.worktree).git('status', '--porcelain', '--ignored'), '');
  assert.ok(rows.every(({ clean }) => clean));
});

test('green is remembered for the same files in the whole epic, red is tried again when asked again', async () => {
  const policy = (log: string) => ({
    verify: [
      { name: 'once', command: `echo run >> ${log}` },
      { name: 'flaky', command: `test -e ${log}.ok` },
    ],
  });
  const first = await prepared('remembers', {});
  const input = { ...first, policy: RepositoryPolicy.parse(policy(first.log)) };
  assert.equal((await verify(input)).green, false);
  await repositoryAt(stage.stateDir).write({ 'remembers.log.ok': '' });
  assert.equal((await verify(input)).green, true);
  assert.equal(textOf(first.log), 'run\n');
  // Another task at the same tree.
  const other = { ...(await prepared('other', {})), policy: input.policy };
  rmSync(`${first.log}.ok`);
  assert.equal((await verify(other)).green, true);
  assert.equal(textOf(first.log), 'run\n');
  const [of, ofOther] = [await evidenceOf('remembers'), await evidenceOf('other')];
  assert.deepEqual(
    ofOther.map((row) => row.test_runs_hash),
    of.map((row) => row.test_runs_hash),
  );
  assert.ok(of.every((row) => row.test_runs_hash !== null));
  assert.deepEqual(
    (await evidenceOf('other')).map((row) => [row.check_name, row.exit_code]),
    [
      ['once', 0],
      ['flaky', 0],
    ],
  );
});

test('a try that was frozen while another one ended the set-up takes nothing of the Worker back', async () => {
  const task = await prepared('frozen', {});
  const input = { ...task, policy: RepositoryPolicy.parse({ setup: `sh ${task.log}.sh` }) };
  const gitDir = clonePath(stage.stateDir, 'one', REPOSITORY);
  const file = join(adminDir({ gitDir }, 'verified', task.worktree), 'factory.json');
  await repositoryAt(stage.stateDir).write({ 'frozen.log.sh': 'true\n' });
  await runSetup(input);
  const { setUp, ...before } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify(before));
  // While this one waits, another try ends, and the Worker begins.
  await repositoryAt(stage.stateDir).write({
    'frozen.log.json': JSON.stringify({ ...before, setUp }),
    'frozen.log.sh': `cp ${task.log}.json ${file}\necho worker > a.txt\n`,
  });
  await runSetup(input);
  assert.equal(textOf(join(task.worktree, 'a.txt')), 'worker\n');
});

test('a set-up that failed leaves nothing behind, and takes nothing back that was written before it runs again', async () => {
  const task = await prepared('fails-first', {});
  const setup = `echo set-up >> a.txt; echo > made; test -e ${task.log}.ok`;
  const input = { ...task, policy: RepositoryPolicy.parse({ setup }) };
  await assert.rejects(runSetup(input), failsAs('SetupFailed'));
  assert.equal(await repositoryAt(task.worktree).git('status', '--porcelain', '--untracked-files=no'), '');
  await writeFiles(task.worktree, { 'a.txt': 'worker\n' });
  await repositoryAt(stage.stateDir).write({ 'fails-first.log.ok': '' });
  await runSetup(input);
  assert.equal(textOf(join(task.worktree, 'a.txt')), 'worker\nset-up\n');
});

test('a retry takes up the check that its killed try began, and finds its files in place', async () => {
  const task = await prepared('retried', {});
  const verifyOnce = `echo begun >> left; pwd > ${task.log}; until [ -e go ]; do sleep 0.02; done; cat left`;
  const input = { ...task, policy: RepositoryPolicy.parse({ verify: verifyOnce }) };
  const first = environment('the-same');
  const running = first.run(activities.verify, input);
  const tree = await waitFor(() => textOf(task.log)?.trim() || undefined, { what: 'the check' });
  first.cancel('WORKER_SHUTDOWN');
  await assert.rejects(running as Promise<unknown>);
  await writeFiles(tree, { go: '' });
  const { green } = await verify(input, 'the-same');
  assert.equal(green, true);
  assert.deepEqual(
    (await evidenceOf('retried')).map((row) => row.output),
    ['begun\n'],
  );
});

test('an activity that is scheduled again, since its host was too busy for a retry, takes up what the first one began', async () => {
  const task = await prepared('busy', {});
  const verifyOnce = `echo begun >> ${task.log}; until [ -e ${task.log}.go ]; do sleep 0.02; done`;
  const input = { ...task, policy: RepositoryPolicy.parse({ verify: verifyOnce }) };
  const first = environment('the-first');
  const running = first.run(activities.verify, input);
  await waitFor(() => textOf(task.log), { what: 'the check' });
  first.cancel('TIMED_OUT');
  await assert.rejects(running as Promise<unknown>);
  await repositoryAt(stage.stateDir).write({ 'busy.log.go': '' });
  assert.equal((await verify({ ...input, begun: 'the-first' }, 'the-second')).green, true);
  assert.equal(textOf(task.log), 'begun\n');
});

test('a check that is killed each time begins again with each try, and in the end a person is told', async () => {
  const input = await prepared('killed', {});
  const verifyOnce = `printf x >> ${input.log}; until [ -e ${input.log}.ok ]; do sleep 0.1; done`;
  const policy = RepositoryPolicy.parse({ verify: verifyOnce });
  const attempt = (number: number) =>
    environment('killed', number).run(activities.verify, { ...input, policy }) as Promise<unknown>;
  const { endCommands } = createTerminalActivities({ terminal });
  const kill = async (first: number, last: number) => {
    for (let run = first; run <= last; run++) {
      await waitFor(() => textOf(input.log) === 'x'.repeat(run), { what: `run ${run}` });
      await endCommands({ epicId: input.epicId, taskKey: input.taskKey });
    }
  };
  await Promise.all([assert.rejects(attempt(1), failsAs('CommandInterrupted', { final: false })), kill(1, 2)]);
  const told = failsAs('CommandInterrupted', { message: /6 times[\s\S]*retry the task/ });
  await Promise.all([assert.rejects(attempt(3), told), kill(3, 8)]);
  await writeFiles(stage.stateDir, { 'killed.log.ok': '' });
  assert.equal((await verify({ ...input, policy })).green, true);
  assert.equal(textOf(input.log), 'x'.repeat(9));
});

test('a check that takes too long is red, and says so', async () => {
  const input = await prepared('slow', { verify: 'echo waiting; sleep 60', timeouts: { verifySeconds: 1 } });
  assert.deepEqual(codesOf(await verify(input)), [['verify', 124]]);
  assert.match((await evidenceOf('slow'))[0]?.output ?? '', /^waiting\n[\s\S]*longer than 1 s/);
});

test('a worktree that holds more than the commit is red with the paths, until it does not', async () => {
  const input = await prepared('unclean', { verify: 'true #unclean' });
  await writeFiles(input.worktree, { 'a.txt': 'edited\n', 'stray.txt': '' });
  assert.deepEqual(codesOf(await verify(input)), [['worktree', 1]]);
  const [row] = await evidenceOf('unclean');
  assert.match(row?.output ?? '', /a\.txt\nstray\.txt$/);
  rmSync(join(input.worktree, 'stray.txt'));
  await writeFiles(input.worktree, { 'a.txt': 'a\n' });
  assert.equal((await verify(input)).green, true);
  assert.deepEqual(
    (await evidenceOf('unclean')).map((each) => each.check_name),
    ['verify'],
  );
  await assert.rejects(
    verify({ ...input, commitSha: 'f'.repeat(40) }),
    failsAs('HeadElsewhere', { message: /not at ffff/ }),
  );
});

test('set-up runs once in a worktree, and nothing that it makes gets into a commit', async () => {
  const input = await prepared('set-up', {});
  const policy = RepositoryPolicy.parse({
    setup: `echo run >> ${input.log}; echo lock > lock.json; mkdir "odd [dir]"; echo > "odd [dir]/x"; echo 2 >> a.txt`,
  });
  assert.equal((await runSetup(input)).ran, false, 'without a command there is nothing to run');
  assert.equal((await runSetup({ ...input, policy })).ran, true);
  assert.equal((await runSetup({ ...input, policy })).ran, false);
  assert.equal(textOf(input.log), 'run\n');
  assert.ok(existsSync(join(input.worktree, 'lock.json')));
  await writeFiles(input.worktree, { 'work.txt': '' });
  await stage.host('one').commitChange({ ...input, message: 'Work', key: 'k' });
  assert.equal(await repositoryAt(input.worktree).git('diff', '--name-only', 'HEAD^', 'HEAD'), 'work.txt');
  assert.equal(readFileSync(join(input.worktree, 'a.txt'), 'utf8'), 'a\n');
});

test('a set-up that fails says what it printed, and runs again when it is asked for again', async () => {
  const input = await prepared('bad-set-up', {});
  const red = String.raw`printf '\033[31m\033[Kno such\033[0m package\n'`;
  const policy = RepositoryPolicy.parse({ setup: `${red}; test -e ${input.log}` });
  await assert.rejects(
    runSetup({ ...input, policy }),
    // The first line stands by itself, and colours are no part of the words.
    failsAs('SetupFailed', {
      message: /^The set-up command ended with 1; .* adopt that\.\nIt printed:\nno such package$/,
    }),
  );
  await assert.rejects(
    runSetup({ ...input, policy: RepositoryPolicy.parse({ setup: 'false' }) }),
    failsAs('SetupFailed', { message: /adopt that\.\nIt printed nothing\.$/ }),
  );
  await repositoryAt(stage.stateDir).write({ 'bad-set-up.log': '' });
  assert.equal((await runSetup({ ...input, policy })).ran, true);
});

test('what another policy found is no evidence, of a task or of the base', async () => {
  const first = await prepared('policies', {});
  const policy = RepositoryPolicy.parse({ verify: [{ name: 'test', command: `echo run >> ${first.log}` }] });
  const under = (policyHash: string, more: object = {}) => verify({ ...first, policy, policyHash, ...more });
  await under('old');
  await under('old');
  assert.equal(textOf(first.log), 'run\n');
  // The command is the same, and what it runs with may be another.
  await under('new');
  assert.equal(textOf(first.log), 'run\nrun\n');
  assert.deepEqual(
    (await evidenceOf('policies')).map(({ policy_hash }) => policy_hash),
    ['new'],
  );
  const asBase = { asBase: { since: new Date(0).toISOString() } };
  await under('third', asBase);
  await under('third', asBase);
  assert.equal(textOf(first.log), 'run\nrun\nrun\n', 'the base is looked at once under each');
});
