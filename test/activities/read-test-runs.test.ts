/** Tests that ran on the base and run no more, seen by real runs of node:test, git and PostgreSQL. */
import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findSandbox } from '../../clients/terminal/sandbox-probe.ts';
import { readRunsOfTree } from '../../db/reads/test-runs.ts';
import { recordEvidence } from '../../db/writes/evidence.ts';
import { writeTestRuns } from '../../db/writes/test-runs.ts';
import { TESTS_CHECK } from '../../workflows/contract/evidence.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import { writeFiles } from '../support/git.ts';
import { failsAs, REPOSITORY } from '../support/git-stage.ts';
import { textOf } from '../support/terminal.ts';
import { type Activities, FILES, imports, useTestRuns } from '../support/test-runs.ts';

const observed = await useTestRuns();
const { judged, inspected, environment, runs, activitiesIn } = observed;

test('a test that is skipped, whatever the text calls it, is named by its id, and the base runs once', async () => {
  const skipped = await judged('skipped', (at) =>
    writeFiles(at('.'), {
      'test/add.test.js': FILES['test/add.test.js'].replace("'adds more', ", "'adds more', { ['sk' + 'ip']: true }, "),
    }),
  );
  assert.deepEqual(skipped, ['tests: test/add.test.js: add > adds more ran on the base, and now is skipped']);
  const before = runs();
  const gone = await judged('gone', (at) => renameSync(at('test/other.test.js'), at('test/other.js.disabled')));
  assert.deepEqual(gone, ['tests: test/other.test.js: other no longer runs']);
  assert.equal(runs() - before, 1);
});

test('an inspection that failed is done again without another run of the checks, and a red commit is not inspected', async () => {
  const input = {
    ...{ epicId: 'observed', taskKey: 'again', repository: REPOSITORY, placement: { host: 'one', epoch: 1 } },
  };
  const { worktree } = await observed.stage.host('one').prepareWorktree({ ...input, targetBranch: 'main' });
  await writeFiles(worktree, { head: '', 'test/other.test.js': 'import "node:test";\n' });
  const { headSha } = await observed.stage
    .host('one')
    .commitChange({ ...input, worktree, message: 'Change', key: 'k' });
  const heads = join(observed.stage.stateDir, 'heads.log');
  const tests = `[ ! -f head ] || echo head >> ${heads}; ${process.execPath} --test`;
  const verify = (targetBranch: string, command = tests) =>
    environment().run(observed.activities.verify, {
      ...{ ...input, worktree, policyHash: 'p', commitSha: headSha },
      policy: RepositoryPolicy.parse({ verify: [{ name: 'again', command }] }),
      inspects: { targetBranch, criteria: '' },
    }) as ReturnType<Activities['verify']>;
  await assert.rejects(verify('nowhere'), failsAs('BaseBranchMissing'));
  const verified = await verify('main');
  assert.ok(verified.inspection?.weakened);
  assert.equal(textOf(heads), 'head\n');
  const red = await verify('main', 'false');
  assert.deepEqual([red.green, red.inspection], [false, undefined]);
});

test('a file that ends before its tests begin is seen, though the runner calls it passed', async () => {
  const lines = await judged('hollow', (at) =>
    writeFiles(at('.'), { 'test/other.test.js': `process.exit(0);\n${FILES['test/other.test.js']}` }),
  );
  assert.deepEqual(lines, [
    'tests: test/other.test.js: other no longer runs',
    'test/other.test.js: the file is weakened (process.exit(0);)',
  ]);
});

test('a renamed test and a moved one are no loss, and more tests are no finding', async () => {
  const lines = await judged('honest', async (at) => {
    await writeFiles(at('.'), {
      'test/add.test.js': FILES['test/add.test.js'].replace('adds more', 'adds three'),
      'test/third.test.js': `${imports}test('third', () => assert.ok(1));\n`,
    });
    renameSync(at('test/other.test.js'), at('test/moved.test.js'));
  });
  assert.deepEqual(lines, []);
});

test('the tests that ran are compared in the sandbox, too', async () => {
  const sandbox = await findSandbox({
    setting: 'auto',
    readable: [],
    hidden: [],
    systemDir: join(observed.stage.stateDir, 'system'),
  });
  assert.equal(sandbox.kind, 'bubblewrap', `This test needs a sandbox: ${sandbox.description}`);
  const policy = RepositoryPolicy.parse({ verify: [{ name: 'tests', command: 'node --test' }] });
  const disable = (at: (path: string) => string) => renameSync(at('test/other.test.js'), at('test/other.js.disabled'));
  const lines = await judged('sandboxed', disable, policy, activitiesIn(sandbox));
  assert.deepEqual(lines, ['tests: test/other.test.js: other no longer runs']);
});

test('a command that refuses our variables runs again without them, and its evidence says so', async () => {
  const refusing = 'if env | grep -q "^NODE_OPT"; then echo "node: --x is not allowed in NODE_OPTI""ONS"; exit 9; fi';
  const command = `${refusing}; ${process.execPath} --test`;
  const policy = RepositoryPolicy.parse({ verify: [{ name: 'old', command }] });
  assert.deepEqual(await judged('bare', (at) => writeFiles(at('.'), { 'c.txt': '' }), policy), []);
  const said = await observed.db.selectFrom('evidence').select('output').where('check_name', '=', 'old').execute();
  assert.match(said[0]?.output ?? '', /run again without the factory's variables\.$/m);
});

test('a new test file that no run picks up is said', async () => {
  const lines = await judged('unrun', (at) =>
    writeFiles(at('.'), { 'spec/new.js': `${imports}test('new', () => assert.ok(1));\n` }),
  );
  assert.deepEqual(lines, ['tests: spec/new.js is new, and no test of it ran']);
});

test('a configured report that is no longer written is named, and one that cannot be read is no crash', async () => {
  const command = `[ ! -f report.sh ] || sh report.sh; [ -f quiet ] || printf '<testsuite><testcase name="a"/></testsuite>' > r.xml`;
  const policy = RepositoryPolicy.parse({ verify: [{ name: 'xml', command, report: 'junit', path: '*.xml' }] });
  const missing = await judged(
    'missing',
    (at) => writeFiles(at('.'), { quiet: '', 'stale.xml': '<testsuite><testcase name="a"/></testsuite>' }),
    policy,
  );
  assert.deepEqual(missing, [
    'xml: 1 tests ran on the base, and now there is no report: the command wrote no junit report to *.xml',
  ]);
  const hostile = await judged(
    'hostile',
    (at) => writeFiles(at('.'), { 'report.sh': 'echo \'<!DOCTYPE a [<!ENTITY b "c">]><a/>\' > other.xml\n' }),
    policy,
  );
  assert.match(hostile[0] ?? '', /the report cannot be read: it declares a document type/);
});

test('the verification of the base is progress that people see', async () => {
  const go = join(observed.stage.stateDir, 'go');
  const command = `[ -f head ] || until [ -f ${go} ]; do sleep 0.05; done; ${process.execPath} --test`;
  const policy = RepositoryPolicy.parse({ verify: [{ name: 'waits', command }] });
  const seen = new Set<string>();
  // The check on the base ends once its progress was reported.
  const onProgress = (progress: string) => {
    seen.add(progress);
    if (progress.startsWith('verifies the base ')) writeFileSync(go, '');
  };
  const change = (at: (path: string) => string) => writeFiles(at('.'), { head: '' });
  assert.deepEqual(await judged('progress', change, policy, observed.activities, onProgress), []);
  assert.match([...seen].join('\n'), /^verifies the base [0-9a-f]{12} to compare its tests$/m);
});

test('a base that cannot be set up is set up once, and each change says that its tests are not compared', async () => {
  const log = join(observed.stage.stateDir, 'set-ups.log');
  const setup = `if [ ! -f head ]; then pwd >> ${log}; exit 1; fi`;
  const policy = RepositoryPolicy.parse({ setup, verify: [{ name: 'set up', command: `${process.execPath} --test` }] });
  for (const taskKey of ['set-up-1', 'set-up-2']) {
    const lines = await judged(
      taskKey,
      async (at) => {
        await writeFiles(at('.'), { head: '' });
        rmSync(at('test/other.test.js'));
      },
      policy,
    );
    assert.equal(lines.length, 2);
    assert.match(lines[1] ?? '', /^The base [0-9a-f]{12} could not be set up, so its tests are not compared$/);
  }
  assert.equal((textOf(log) ?? '').split('\n').length - 1, 1);
});

test('an honest change is not asked about because its base cannot be set up, and its evidence says so', async () => {
  const setup = '[ -f head ] || exit 1';
  const policy = RepositoryPolicy.parse({ setup, verify: [{ name: 'alone', command: `${process.execPath} --test` }] });
  const found = await inspected('uncompared', (at) => writeFiles(at('.'), { head: '' }), policy);
  assert.equal(found.weakened, undefined);
  assert.match(
    found.uncompared?.join() ?? '',
    /^The base [0-9a-f]{12} could not be set up, so its tests are not compared$/,
  );
  const rows = await observed.db
    .selectFrom('evidence')
    .select(['exit_code', 'output'])
    .where('task_key', '=', 'uncompared')
    .where('check_name', '=', TESTS_CHECK)
    .execute();
  assert.deepEqual(rows, [{ exit_code: 0, output: found.uncompared?.[0] }]);
});

test('two tasks need the base verified: one does it, the other waits and uses its result', async () => {
  const [log, go] = [join(observed.stage.stateDir, 'bases.log'), join(observed.stage.stateDir, 'both-are-here')];
  const wait = `[ -f head ] || { echo base >> ${log}; until [ -f ${go} ]; do sleep 0.05; done; }`;
  const policy = RepositoryPolicy.parse({ verify: [{ name: 'one', command: `${wait}; ${process.execPath} --test` }] });
  const progress = new Map<string, string>();
  const at = (taskKey: string) => {
    const note = (now: string) => {
      progress.set(taskKey, now.split(' ')[0] ?? '');
      const words = [...progress.values()];
      // Two that verify would wait for ever, and are counted below.
      if (words.length === 2 && words.every((word) => word !== '') && words.includes('verifies')) writeFileSync(go, '');
    };
    const change = (path: (name: string) => string) =>
      writeFiles(path('.'), { head: taskKey, 'test/other.test.js': FILES['test/other.test.js'].replace('other', 'o') });
    return inspected(taskKey, change, policy, observed.activities, note);
  };
  const both = await Promise.all([at('waits-1'), at('waits-2')]);
  assert.deepEqual(
    both.map(({ weakened, uncompared }) => [weakened, uncompared]),
    [
      [undefined, undefined],
      [undefined, undefined],
    ],
  );
  assert.equal(textOf(log), 'base\n');
});

test('a base without a report is said', async () => {
  const command = `[ ! -f head ] || printf '<testsuite><testcase name="a"/></testsuite>' > r.xml`;
  const policy = RepositoryPolicy.parse({ verify: [{ name: 'late', command, report: 'junit', path: '*.xml' }] });
  const lines = await judged(
    'late',
    async (at) => {
      await writeFiles(at('.'), { head: '' });
      rmSync(at('test/other.test.js'));
    },
    policy,
  );
  assert.match(
    lines[1] ?? '',
    /^The base [0-9a-f]{12}: the report of late is missing \(.*\), so its tests are not compared$/,
  );
});

test('a green run of the same files counts more than a newer red one', async () => {
  const record = async (epicId: string, exitCode: number, at: number) =>
    recordEvidence(observed.db, {
      ...{ epicId, taskKey: 't', commitSha: 'c', treeSha: 'tree', policyHash: 'p', checkName: 'x', command: 'x' },
      ...{
        exitCode,
        output: '',
        clean: true,
        verifiedBy: 'the test',
        startedAt: new Date(at),
        finishedAt: new Date(at),
      },
      testRunsHash: await writeTestRuns(observed.db, { exitCode }),
    });
  await record('green', 0, 1_000);
  await record('red', 1, 2_000);
  const runs = await readRunsOfTree(observed.db, { treeSha: 'tree', policyHash: 'p' });
  assert.deepEqual(
    runs.map(({ report }) => report),
    [{ exitCode: 0 }],
  );
});
