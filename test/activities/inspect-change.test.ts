/** What a change does to protected paths and tests, read from real git, and its commit shown before it is pushed. */
import assert from 'node:assert/strict';
import { chmodSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createInspectChange, type InspectChangeInput } from '../../activities/change/inspect.ts';
import { createMirrorReader } from '../../activities/forge/diff.ts';
import { NO_SANDBOX } from '../../clients/terminal/sandbox.ts';
import { createTerminal } from '../../clients/terminal/tmux.ts';
import { TESTS_CHECK } from '../../workflows/contract/evidence.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, type GitStage, REPOSITORY, tasksOf } from '../support/git-stage.ts';

const TEST = "test('adds', () => {\n  assert.equal(add(1, 2), 3);\n  assert.ok(add(1, 1));\n});\n";
let stage: GitStage;
let database: TestDatabase;
before(async () => {
  const files = {
    ...{
      'src/a.txt': 'a\n',
      'ci/plain': '1\n2\n3\n4\n5\n',
      'ci/mode': 'm\n',
      'ci/gone': 'g\n',
      'ci/odd \n name': 'o\n',
    },
    ...{ 'ci/link': 'l\n', 'test/kept.js': TEST, 'test/moved.js': `// moved\n${TEST}`, 'test/deleted.js': TEST },
    'test/left.js': `// left\n${TEST}`,
    'package.json': '{"scripts":{"test":"a"}}\n',
  };
  [stage, database] = await Promise.all([createGitStage({ files }), createDatabase()]);
});
after(() => Promise.all([database.drop(), stage.remove()]));

type Policy = InspectChangeInput['policy'];
const policy: Policy = { protectedPaths: ['ci', 'OWNERS'], testPaths: ['test'] };
const task = tasksOf('inspected');
const inspect = (input: ReturnType<typeof task> & { headSha: string; criteria?: string; policy?: Policy }) =>
  createInspectChange({
    ...{ db: database.db, host: stage.hostOf('one') },
    terminal: createTerminal({ stateDir: stage.stateDir, host: 'one' }),
    commands: { sandbox: NO_SANDBOX('of the test'), secretsFile: undefined },
  })({ ...{ criteria: '', policy }, ...input }, new AbortController().signal);

async function changed(taskKey: string, change: (worktree: string) => Promise<void> | void) {
  const input = task(taskKey);
  const { worktree, branch } = await stage.host('one').prepareWorktree(input);
  await change(worktree);
  const { headSha } = await stage.host('one').commitChange({ ...input, worktree, message: 'Change', key: 'k' });
  return { ...input, worktree, branch, headSha };
}

test('edits, renames, deletions, modes, links and odd names of protected paths count', async () => {
  const input = await changed('all', async (worktree) => {
    const at = (path: string) => join(worktree, path);
    await writeFiles(worktree, { 'ci/odd \n name': 'changed\n', 'src/a.txt': 'b\n' });
    renameSync(at('ci/plain'), at('src/plain'));
    chmodSync(at('ci/mode'), 0o755);
    rmSync(at('ci/gone'));
    rmSync(at('ci/link'));
    symlinkSync('../src', at('ci/link'));
    symlinkSync('src/a.txt', at('OWNERS'));
  });
  const { protected: found, weakened } = await inspect(input);
  assert.deepEqual(found?.lines.toSorted(), [
    'added OWNERS as a symbolic link',
    'deleted ci/gone',
    'modified "ci/odd \\n name"',
    'modified ci/link (a symbolic link now, it was a file)',
    'modified ci/mode (executable now)',
    'renamed ci/plain to src/plain',
  ]);
  assert.equal(weakened, undefined);
  assert.deepEqual(await inspect(input), await inspect(input));
  assert.deepEqual(await inspect({ ...input, headSha: await stage.mirror.git('rev-parse', 'main') }), {});
});

test('a file of each group is found with the reason, and a part that runs by itself in a file that is none', async () => {
  const scripts = { test: 'b', prepare: 'husky' };
  const input = await changed('groups', (worktree) =>
    writeFiles(worktree, {
      ...{ 'deploy/Jenkinsfile': 'j', '.github/CODEOWNERS': 'o', 'web/Claude.md': 'c', 'web/.npmrc': 'n' },
      ...{ 'jest.config.js': 't', 'package.json': `${JSON.stringify({ scripts })}\n`, 'src/a.txt': 'b\n' },
    }),
  );
  const lines = [
    'added .github/CODEOWNERS (review: who owns and reviews)',
    'added deploy/Jenkinsfile (ci: Jenkins)',
    'added jest.config.js (tests: decides which tests run and which count)',
    'added web/.npmrc (autorun: decides what runs at install and where packages come from)',
    'added web/Claude.md (agents: Claude)',
    'modified package.json (autorun: prepare runs by itself at install)',
  ];
  const found = async (chosen: Omit<Policy, 'testPaths'>) =>
    (await inspect({ ...input, policy: { testPaths: [], ...chosen } })).protected;
  assert.deepEqual((await found({}))?.lines.toSorted(), lines);
  const ofHost = ['added .github/CODEOWNERS (ci: GitHub)', 'added deploy/Jenkinsfile (ci: Jenkins)'];
  assert.deepEqual((await found({ protected: ['ci'] }))?.lines, ofHost);
  assert.deepEqual((await found({ protectedPaths: ['package.json'] }))?.lines, ['modified package.json']);

  const { headSha } = await stage.host('one').commitChange({ ...input, message: 'None', key: 'k1' });
  await writeFiles(input.worktree, { 'package.json': `${JSON.stringify({ version: '2.0.0', scripts })}\n` });
  const later = await stage.host('one').commitChange({ ...input, message: 'Version', key: 'k2' });
  assert.notEqual(later.headSha, headSha);
  const again = (await inspect({ ...input, headSha: later.headSha, policy: { testPaths: [] } })).protected;
  assert.equal(again?.hash, (await found({}))?.hash, 'what else is in the file is another matter');
});

test('tests that are deleted, taken out or weakened are evidence; a renamed one is not, and the task may name one', async () => {
  const input = await changed('tests', async (worktree) => {
    const at = (path: string) => join(worktree, path);
    await writeFiles(worktree, {
      'test/kept.js': TEST.replace(', 3)', ', 4)').replace('  assert.ok(add(1, 1));\n', ''),
    });
    renameSync(at('test/moved.js'), at('test/renamed.js'));
    renameSync(at('test/left.js'), at('src/left.js'));
    rmSync(at('test/deleted.js'));
  });
  const lines = [
    'test/deleted.js: the file is deleted, with 1 test case',
    'test/kept.js: adds expects something else: assert.equal(add(1, 2), 3) → assert.equal(add(1, 2), 4)',
    'test/kept.js: adds: 1 fewer assertion: assert.ok(add(1, 1))',
    'test/left.js: the file is deleted, with 1 test case',
  ];
  const { protected: touched, weakened } = await inspect(input);
  assert.deepEqual([touched, weakened?.lines.toSorted()], [undefined, lines]);
  const rows = await database.db.selectFrom('evidence').selectAll().where('check_name', '=', TESTS_CHECK).execute();
  assert.deepEqual(
    rows.map((row) => [row.task_key, row.commit_sha, row.exit_code, row.output.split('\n').toSorted()]),
    [['tests', input.headSha, 1, lines]],
  );
  const named = await inspect({ ...input, criteria: 'kept.js expects 4 of 1 and 2' });
  assert.deepEqual(named.weakened?.lines.toSorted(), lines.toSpliced(1, 1));
});

test('settings of runners that are renamed away are gone', async () => {
  const input = await changed('renamed', (worktree) => {
    renameSync(join(worktree, 'package.json'), join(worktree, 'package.txt'));
  });
  assert.deepEqual((await inspect(input)).weakened?.lines, ['package.json: scripts.test is gone, it was a']);
});

test('evidence of tests that an attempt left goes when the next one finds nothing, and nothing else goes', async () => {
  const input = await changed('taken-back', (worktree) =>
    writeFiles(worktree, { 'test/kept.js': TEST.replace(', 3)', ', 4)') }),
  );
  const rows = () =>
    database.db.selectFrom('evidence').select(['task_key', 'check_name']).orderBy('check_name').execute();
  const others = await rows();
  await inspect(input);
  assert.equal((await rows()).length, others.length + 1);
  for (let attempt = 2; attempt < 4; attempt++) {
    assert.deepEqual(await inspect({ ...input, criteria: 'kept.js expects 4' }), {});
    assert.deepEqual(await rows(), others);
  }
});

test('what tools leave behind and links out of the tree are found, and what the repository has already is not', async () => {
  const input = await changed('leftovers', async (worktree) => {
    const at = (path: string) => join(worktree, path);
    await writeFiles(worktree, {
      ...Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`web/node_modules/p/${n}.js`, `${n}\n`])),
      ...{
        'src/__pycache__/a.pyc': 'a',
        'model.bin': `\0${'x'.repeat(1_100_000)}`,
        'large.txt': 'x\n'.repeat(600_000),
      },
    });
    symlinkSync('/usr/share', at('shared'));
    symlinkSync('../../outside', at('src/out'));
    symlinkSync('a.txt', at('src/inside'));
  });
  const { leftovers, ...others } = await inspect(input);
  assert.deepEqual(others, {});
  assert.deepEqual(
    leftovers?.groups?.map(({ words }) => words),
    ['node_modules: 30 files (80 bytes)', '__pycache__: 1 file (1 byte)', 'binaries over 1 MB: 1 file (1.1 MB)'],
  );
  assert.deepEqual(leftovers?.groups?.[0]?.examples, ['web/node_modules/p/ (30)']);
  assert.deepEqual(leftovers?.outside?.toSorted(), ['shared → /usr/share', 'src/out → ../../outside']);

  const { headSha } = await stage.host('one').commitChange({ ...input, message: 'None', key: 'k1' });
  await stage.mirror.git('branch', 'factory/with-products', headSha);
  const next = { ...task('leftovers-kept'), targetBranch: 'factory/with-products' };
  const { worktree } = await stage.host('one').prepareWorktree(next);
  await writeFiles(worktree, { 'web/node_modules/p/more.js': 'more\n' });
  renameSync(join(worktree, 'shared'), join(worktree, 'other'));
  const more = await stage.host('one').commitChange({ ...next, worktree, message: 'More', key: 'k' });
  assert.deepEqual(await inspect({ ...next, headSha: more.headSha }), {});
});

test('what the target brought along is no part of the change, what a merge makes of it is', async () => {
  const input = await changed('merged', (worktree) => writeFiles(worktree, { 'ci/plain': '1\n2\n3\n4\nfive\n' }));
  const allowed = (await inspect(input)).protected;
  assert.deepEqual(allowed?.lines, ['modified ci/plain']);
  await stage.source.git('checkout', '--quiet', '-B', 'main', 'main');
  const theirs = { 'ci/mode': 'theirs\n', 'test/kept.js': '' };
  await stage.source.commit('Theirs', theirs);
  await stage.source.git('push', '--quiet', stage.mirror.path, 'main');
  const one = await stage.host('one').mergeTarget({ ...input, message: 'Merge' });
  assert.ok(one.kind === 'merged');
  const merged = await inspect({ ...input, headSha: one.headSha });
  assert.deepEqual(merged, { protected: allowed }, 'the same content needs no second look');
  await stage.source.commit('Theirs too', { 'ci/plain': 'one\n2\n3\n4\n5\n' });
  await stage.source.git('push', '--quiet', stage.mirror.path, 'main');
  const two = await stage.host('one').mergeTarget({ ...input, message: 'Merge' });
  assert.ok(two.kind === 'merged');
  assert.notEqual((await inspect({ ...input, headSha: two.headSha })).protected?.hash, allowed?.hash);
});

test('a commit that is shown can be read at the forge and goes on from another host, and its branch is not there', async () => {
  const remote = (name: string) => stage.host(name, stage.byTransfer);
  const [one, two] = [remote('far'), remote('farther')];
  const input = task('shown', { host: 'far' });
  const { worktree, branch } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'ci/new': 'new\n' });
  const { headSha } = await one.commitChange({ ...input, worktree, message: 'New', key: 'k' });
  await one.showHead({ ...input, worktree, headSha });
  const chain = 'refs/factory/checkpoints/inspected/shown';
  const end = await stage.mirror.git('rev-parse', chain);
  await one.showHead({ ...input, worktree, headSha });
  assert.equal(await stage.mirror.git('rev-parse', chain), end, 'once');
  await assert.rejects(stage.mirror.git('rev-parse', '--verify', branch));
  const { readChanges } = createMirrorReader(stage.stateDir);
  const changes = await readChanges({ repository: REPOSITORY, base: 'refs/heads/main', head: headSha });
  assert.deepEqual(
    changes?.files.map(({ path, additions }) => [path, additions]),
    [['ci/new', 1]],
  );

  const again = { ...task('shown', { epoch: 2, host: 'farther' }) };
  const placed = await two.prepareWorktree(again);
  assert.equal(placed.headSha, headSha);
  assert.equal(await repositoryAt(placed.worktree).git('status', '--porcelain'), '');
  await two.pushBranch({ ...again, worktree: placed.worktree, branch, headSha });
  assert.equal(await stage.mirror.git('rev-parse', branch), headSha);
});
