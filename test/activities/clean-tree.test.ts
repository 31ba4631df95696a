/** Evidence comes from a clean checkout of the commit: nothing of the Worker's tree, of another commit or of a check counts. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createVerifyActivities, type VerifyResult } from '../../activities/verify.ts';
import { type CleanTree, withCleanTree } from '../../activities/worktree/verification-pool.ts';
import { adminDir } from '../../activities/worktree/worktree-state.ts';
import { clonePath } from '../../clients/git/names.ts';
import { NO_SANDBOX } from '../../clients/terminal/sandbox.ts';
import { createTerminal, endServer, type Terminal } from '../../clients/terminal/tmux.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import type { VerifyInput } from '../../workflows/contract/verification.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Files, writeFiles } from '../support/git.ts';
import { createGitStage, failsAs, type GitStage, REPOSITORY } from '../support/git-stage.ts';
import { textOf } from '../support/terminal.ts';
import { waitFor } from '../support/wait-for.ts';

const FILES: Files = {
  'a.txt': 'a\n',
  'dir/b.txt': 'b\n',
  'dir/c.txt': 'c\n',
  '.gitignore': 'lib/\nmade/\nmodules/\n*.log\n',
  'modules.lock': '1\n',
};

let stage: GitStage;
let database: TestDatabase;
let terminal: Terminal;
before(async () => {
  [stage, database] = await Promise.all([createGitStage({ files: FILES }), createDatabase()]);
  terminal = createTerminal({ stateDir: stage.stateDir, host: 'one' });
});
after(async () => {
  await endServer(terminal);
  await Promise.all([database.drop(), stage.remove()]);
});

const activities = () => {
  const commands = { sandbox: NO_SANDBOX('of the test'), secretsFile: undefined };
  return createVerifyActivities({ db: database.db, host: stage.hostOf('one'), terminal, commands });
};
const environment = (activityId: string) => new MockActivityEnvironment({ activityId });
let calls = 0;
const verify = (input: VerifyInput, activity = `verify-${++calls}`): Promise<VerifyResult> =>
  environment(activity).run(activities().verify, input);

/** A task of its own epic with its worktree, where `work` hands in what was written there. */
async function placed(epicId: string, given: unknown = {}, { base = false } = {}) {
  const task = { epicId, taskKey: 'only', repository: REPOSITORY, placement: { host: 'one', epoch: 1 } };
  const known = base ? { base: { branch: 'main', sha: await stage.mirror.git('rev-parse', 'main') } } : {};
  const { worktree, headSha } = await stage.host('one').prepareWorktree({ ...task, targetBranch: 'main', ...known });
  const place = { ...task, worktree };
  return {
    input: { ...place, commitSha: headSha, policy: RepositoryPolicy.parse(given) },
    async work(files: Files): Promise<VerifyInput> {
      await writeFiles(worktree, files);
      const commit = await stage.host('one').commitChange({ ...place, message: 'Work', key: `${++calls}` });
      return { ...this.input, commitSha: commit.headSha };
    },
  };
}
const evidenceOf = (epicId: string) =>
  database.db.selectFrom('evidence').selectAll().where('epic_id', '=', epicId).orderBy('started_at').execute();
const clone = () => clonePath(stage.stateDir, 'one', REPOSITORY);
const slots = () => readdirSync(`${clone()}.verification`).filter((name) => name.endsWith('.json'));

test('a file that git ignores makes nothing green, and is named', async () => {
  const task = await placed('ignored', { verify: 'test -e src/lib/greet.js' });
  const input = await task.work({ 'src/use.js': 'import "./lib/greet.js"\n', 'src/lib/greet.js': '' });
  const { green, ignoredFiles } = await verify(input);
  assert.equal(green, false);
  assert.deepEqual(ignoredFiles, { names: ['src/lib/greet.js'], total: 1 });
});

test('what set-up made of the base is no evidence of a commit, nor named as the Worker’s', async () => {
  const setup = 'mkdir made && cp a.txt made/a && grep -q a made/a';
  const task = await placed('products', { setup, verify: 'grep -q a made/a' });
  await environment('set-up').run(activities().runSetup, task.input);
  assert.equal(textOf(join(task.input.worktree, 'made/a')), 'a\n');
  const leftOut = async (turn: number) =>
    (await stage.host('one').checkpoint({ ...task.input, agentId: 'products.only.implement.1', turn })).leftOut;
  assert.deepEqual(await leftOut(1), [], 'set-up makes it on another host too');
  assert.equal((await verify(task.input)).green, true);
  const many = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`modules/${n}.js`, '']));
  const broken = await task.work({ 'a.txt': 'broken\n', 'made/more': '', 'x.log': '', ...many });
  assert.deepEqual(await leftOut(2), ['made/ (ignored)', 'modules/ (ignored)', 'x.log (ignored)']);
  const result = await verify(broken);
  assert.deepEqual(
    result.checks.map(({ name, exitCode }) => [name, exitCode]),
    [['setup of factory.yaml', 1]],
  );
  assert.deepEqual(result.ignoredFiles, {
    names: ['made/more', 'modules/ (a folder of many files)', 'x.log'],
    total: 3,
  });
  const mended = await task.work({ 'a.txt': 'a mended\n' });
  assert.equal((await verify(mended)).green, true);
  assert.deepEqual(
    (await evidenceOf('products')).map((row) => [row.check_name, row.command, row.exit_code, row.clean]),
    [
      ['verify', 'grep -q a made/a', 0, true],
      ['setup of factory.yaml', setup, 1, true],
      ['verify', 'grep -q a made/a', 0, true],
    ],
  );
});

test('the next commit finds nothing of what checks did to the one before', async () => {
  const spoil = [
    'echo x >> a.txt; rm dir/b.txt; mkdir empty made; echo > made/x; git init -q nested; mkdir dir/.git',
    'echo > $(git rev-parse --git-dir)/index.lock; git rev-parse HEAD > $(git rev-parse --git-dir)/MERGE_HEAD',
    'mv dir elsewhere; ln -s elsewhere dir; rm modules.lock; mkdir modules.lock; echo > modules.lock/x',
  ].join('\n');
  const task = await placed('spoils', { verify: spoil });
  assert.equal((await verify(task.input)).green, true);
  const look =
    'find . -path ./.git -prune -o -print | sort; cat a.txt dir/b.txt modules.lock; git status --porcelain --ignored; git rev-parse --quiet --verify MERGE_HEAD; git update-index --refresh';
  const policy = RepositoryPolicy.parse({ verify: look });
  const { commitSha } = await task.work({ 'new/d.txt': 'd\n' });
  const result = await verify({ ...task.input, commitSha, policy });
  assert.equal(result.green, true);
  const lines = ['.', './.git', './.gitignore', './a.txt', './dir', './dir/b.txt', './dir/c.txt', './modules.lock'];
  const output = (await evidenceOf('spoils')).at(-1)?.output.split('\n');
  assert.deepEqual(output, [...lines.filter((line) => line !== './.git'), './new', './new/d.txt', 'a', 'b', '1', '']);
  // Git would leave the other files as they are.
  const attributes = await task.work({ '.gitattributes': 'a.txt text eol=crlf\n' });
  assert.equal(
    (await verify({ ...attributes, policy: RepositoryPolicy.parse({ verify: "grep -q 'a\r' a.txt" }) })).green,
    true,
  );
});

test('kept products stay while their files are equal and nobody changed them', async () => {
  const log = join(stage.stateDir, 'set-ups');
  const script = (more = '') =>
    `echo "$(ls modules 2>&1 | wc -l)" >> ${log}; mkdir -p modules; cp modules.lock modules/m${more}`;
  const setup = { run: script(), keep: ['modules'], while: ['modules.lock'] };
  const said = () => textOf(log) ?? '';
  const runs = () => said().split('\n').length - 1;
  const check =
    'cmp modules/m modules.lock && test ! -e modules/.cache && mkdir modules/.cache && echo > modules/.cache/x';
  const policy = (verify: string, run = setup.run) => RepositoryPolicy.parse({ setup: { ...setup, run }, verify });
  const task = await placed('keeps');
  const commit = async (files: Files, verify: string, run?: string) => ({
    ...(await task.work(files)),
    policy: policy(verify, run),
  });
  const green = async (input: VerifyInput) => assert.equal((await verify(input)).green, true);
  await green(await commit({ 'k.txt': '1' }, check));
  await green(await commit({ 'k.txt': '2' }, check));
  assert.equal(runs(), 1, 'it had nothing to make');
  await green(await commit({ 'k.txt': '3', 'modules.lock': '2\n' }, check));
  assert.equal(runs(), 2, 'made for other files');
  await green(await commit({ 'k.txt': '4' }, 'touch -r modules.lock modules/m'));
  await green(await commit({ 'k.txt': '5' }, check));
  assert.equal(runs(), 3, 'a check has changed them');
  const more = script('; echo > made-too');
  await green(await commit({ 'k.txt': '6' }, check, more));
  await green(await commit({ 'k.txt': '7' }, `${check} && test -e made-too`, more));
  assert.equal(runs(), 5, 'another set-up, and one that makes more than is kept');
  assert.match(said(), /1\n$/, 'which finds what is kept');
});

test('a set-up that fails on the base is not tried there again before every verification', async () => {
  const log = join(stage.stateDir, 'red-base');
  const run = `echo set-up of $(cat k.txt || echo base) >> ${log}; mkdir -p modules; test -e k.txt`;
  const policy = { setup: { run, keep: ['modules'], while: ['modules.lock'] }, verify: 'true' };
  for (const name of ['first', 'second']) {
    const task = await placed(`red-base-${name}`, policy, { base: true });
    assert.equal((await verify(await task.work({ 'k.txt': name }))).green, true);
  }
  assert.equal(textOf(log), 'set-up of base\nset-up of first\nset-up of second\n');
});

test('two verifications run side by side, each in a worktree of its own', async () => {
  const meeting = (own: string, other: string) =>
    `cat a.txt > ${stage.stateDir}/${own}; until [ -e ${stage.stateDir}/${other} ]; do sleep 0.02; done`;
  const [first, second] = await Promise.all([
    placed('side-a', { verify: meeting('met-a', 'met-b') }),
    placed('side-b', { verify: meeting('met-b', 'met-a') }),
  ]);
  const results = await Promise.all([
    verify(await first.work({ 'a.txt': 'first\n' })),
    verify(await second.work({ 'a.txt': 'second\n' })),
  ]);
  assert.deepEqual(
    results.map(({ green }) => green),
    [true, true],
  );
  assert.equal(textOf(join(stage.stateDir, 'met-a')), 'first\n');
  assert.equal(textOf(join(stage.stateDir, 'met-b')), 'second\n');
  // What was not used for a day goes.
  const old = new Date(Date.now() - 25 * 3_600_000);
  utimesSync(join(`${clone()}.verification`, '2.json'), old, old);
  const path = join(stage.stateDir, 'hosts/one/worktrees/_verify/one', REPOSITORY, '2');
  const state = join(adminDir({ gitDir: clone() }, '_verify', path), 'factory.json');
  const [known, later] = [readFileSync(state), await placed('a-day-later', { verify: 'true' })];
  rmSync(state);
  mkdirSync(state);
  assert.equal((await verify(later.input)).green, true, 'though that cannot be deleted');
  assert.equal(slots().length, 2);
  rmSync(state, { recursive: true });
  writeFileSync(state, known);
  assert.equal((await verify(await later.work({ 'a.txt': 'later\n' }))).green, true);
  assert.deepEqual(slots(), ['1.json']);
});

test('a set-up that outlives its worker process keeps its worktree for the next try', async () => {
  const log = join(stage.stateDir, 'outlives');
  const setup = `echo set-up >> ${log}; until [ -e ${log}.go ]; do sleep 0.02; done; echo > made-here`;
  const task = await placed('outlives', { setup, verify: `cat a.txt made-here >> ${log}` });
  const input = await task.work({ 'a.txt': 'outlived\n' });
  const first = environment('killed');
  const running = first.run(activities().verify, input) as Promise<unknown>;
  await waitFor(() => textOf(log) === 'set-up\n', { what: 'the set-up' });
  first.cancel('WORKER_SHUTDOWN');
  await assert.rejects(running);
  const other = await placed('beside', { verify: 'test ! -e made-here && cat a.txt' });
  assert.equal((await verify(await other.work({ 'a.txt': 'beside\n' }))).green, true);
  writeFileSync(`${log}.go`, '');
  assert.equal((await verify(input, 'killed')).green, true);
  assert.equal(textOf(log), 'set-up\noutlived\n\n');
});

test('a kill between the move and set-up costs nothing, unless another verification came in between', async () => {
  const { commitSha } = (await placed('between')).input;
  const take = (owner: string, work: (tree: CleanTree) => Promise<unknown>) => {
    const { signal } = new AbortController();
    const isRunning = async (journalDir: string) => journalDir === 'runs';
    const shares = owner === 'shares';
    const setUp = { key: owner, keep: shares ? ['modules'] : [], basis: shares ? ['modules.lock'] : [], scope: owner };
    const taken = { repository: REPOSITORY, commitSha, owner, setUp, sharedAt: commitSha, isRunning, signal };
    return withCleanTree(stage.hostOf('one'), taken, work);
  };
  const killed = async (owner: string): Promise<CleanTree> => {
    const trees: CleanTree[] = [];
    const dies = take(owner, async (tree) => {
      trees.push(tree);
      throw new Error('killed');
    });
    await assert.rejects(dies, /killed/);
    return trees[0] as CleanTree;
  };
  const first = await killed('x');
  const second = await killed('x');
  assert.deepEqual([second.path, second.laying, second.isSetUp()], [first.path, first.laying, false]);
  await take('x', (tree) => tree.noteSetUp());
  assert.equal((await killed('x')).isSetUp(), true);
  const other = await killed('y');
  assert.deepEqual([other.path, other.isSetUp()], [first.path, false]);
  const again = await killed('x');
  assert.ok(again.laying !== first.laying && !again.isSetUp(), 'what it had set up is gone');
  await take('x', (tree) => tree.begins('runs'));
  assert.notEqual((await killed('z')).path, first.path, 'its command still runs');
  const lost = take('x', async (tree) => {
    writeFileSync(join(`${clone()}.verification`, `${tree.path.split('/').at(-1)}.json`), '{}');
    await tree.refuseLost();
  });
  await assert.rejects(lost, failsAs('CommandInterrupted', { final: false }));
  const onBase = await killed('shares');
  await take('shares', async (tree) => {
    mkdirSync(join(tree.path, 'modules'));
    await tree.noteSetUp();
  });
  const noted = await killed('shares');
  assert.deepEqual([noted.laying, noted.isOfBase(), noted.isSetUp()], [onBase.laying, true, false]);
  await take('shares', async (tree) => assert.equal(await tree.layOwn(), true));
  const own = await killed('shares');
  assert.deepEqual([own.isOfBase(), own.isSetUp(), own.laying === noted.laying], [false, true, false]);
});

test('a move that a kill or a power cut left half-done is done again, and a deleted worktree is made again', async () => {
  const task = await placed('cut-off');
  const path = join(stage.stateDir, 'hosts/one/worktrees/_verify/one', REPOSITORY, '1');
  const admin = adminDir({ gitDir: clone() }, '_verify', path);
  const look = 'git status --porcelain --ignored > seen; test "$(cat seen)" = "?? seen" && cat cut.txt';
  const green = async (text: string) => {
    const input = { ...(await task.work({ 'cut.txt': text })), policy: RepositoryPolicy.parse({ verify: look }) };
    assert.equal((await verify(input)).green, true);
  };
  await green('1');
  const slot = join(`${clone()}.verification`, '1.json');
  writeFileSync(slot, '{}');
  writeFileSync(join(admin, 'factory-index.lock'), '');
  rmSync(join(path, 'dir'), { recursive: true });
  await writeFiles(path, { 'cut.txt': 'half', 'half/written': '' });
  await green('2');
  rmSync(path, { recursive: true });
  await green('3');
  rmSync(admin, { recursive: true });
  await green('4');
  writeFileSync(slot, '{}');
  writeFileSync(join(admin, 'factory.json'), JSON.stringify({ id: 'half', epoch: 1, ready: false }));
  await green('5');
  for (const note of [slot, join(admin, 'factory.json'), join(admin, 'factory-index.json')]) writeFileSync(note, '');
  await green('6');
  assert.ok(existsSync(path));
});

test('evidence from before clean checkouts counts for nothing', async () => {
  const log = join(stage.stateDir, 'before');
  const task = await placed('before', { verify: `echo run >> ${log}` });
  await verify(task.input);
  await verify(task.input);
  assert.equal(textOf(log), 'run\n');
  await database.db.updateTable('evidence').set({ clean: false }).where('epic_id', '=', 'before').execute();
  await verify(task.input);
  assert.equal(textOf(log), 'run\nrun\n');
});
