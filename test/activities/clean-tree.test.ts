/** Evidence comes from a clean checkout of the commit: nothing of the Worker's tree, of another commit or of a check counts. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { adminDir } from '../../activities/worktree/worktree-state.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import type { VerifyInput } from '../../workflows/contract/verification.ts';
import {
  activities,
  clone,
  database,
  environment,
  evidenceOf,
  placed,
  slots,
  stage,
  verify,
} from '../support/clean-trees.ts';
import type { Files } from '../support/git.ts';
import { REPOSITORY } from '../support/git-stage.ts';
import { textOf } from '../support/terminal.ts';

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
