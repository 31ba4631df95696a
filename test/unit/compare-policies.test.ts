/** What a person is told of a factory.yaml that is to be adopted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { policyChanges, weakerIn } from '../../activities/compare-policies.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';

const policy = (given: object = {}) => RepositoryPolicy.parse(given);

test('each key that differs is a line, old and new', () => {
  const before = policy({
    setup: 'npm ci',
    verify: [
      { name: 'lint', command: 'eslint .' },
      { name: 'test', command: 'npm test' },
    ],
    env: { CI: '1', TOKEN: { secret: 'TOKEN' } },
  });
  const after = policy({
    setup: { run: 'npm ci', keep: ['node_modules'], while: ['package-lock.json'] },
    verify: [{ name: 'test', command: 'node --test' }],
    env: { TOKEN: { secret: 'OTHER' } },
    timeouts: { verifySeconds: 60 },
  });
  assert.deepEqual(policyChanges(before, after).toSorted(), [
    'env.CI: 1 → nothing',
    'env.TOKEN: {"secret":"TOKEN"} → {"secret":"OTHER"}',
    'setup.keep: [] → ["node_modules"]',
    'setup.while: [] → ["package-lock.json"]',
    'timeouts.verifySeconds: 900 → 60',
    'verify.lint: eslint . → nothing',
    'verify.test: npm test → node --test',
  ]);
  assert.deepEqual(weakerIn(before, after), [
    'no longer verified: lint',
    'secrets that commands are given now: OTHER as TOKEN',
  ]);
});

const STRONG = {
  verify: [{ name: 'test', command: 'x' }],
  noTests: 'red',
  checks: { required: ['build'], none: 'hold' },
  protectedPaths: ['a', 'b'],
  testPaths: ['t'],
};
const WEAK = {
  env: { KEY: { secret: 'DEPLOY' } },
  checks: { redOnBase: 'allow' },
  network: ['example.org'],
  secretsAllowedIn: ['fixtures/**'],
  protectedPaths: ['b'],
  testPaths: ['u'],
};

test('a report that is no longer read is named, for a check that stays', () => {
  const check = (report: object) => policy({ verify: [{ name: 'test', command: 'x', ...report }] });
  const before = check({ report: 'junit', path: 'r.xml' });
  assert.deepEqual(weakerIn(before, check({})), ['tests no longer read from the report of: test']);
  assert.deepEqual(policyChanges(before, check({ report: 'tap' })), ['report.test: junit r.xml → tap']);
  assert.deepEqual(weakerIn(before, check({ report: 'tap' })), []);
  assert.deepEqual(weakerIn(before, policy()), ['no longer verified: test']);
});

test('whatever protects less is named, and nothing else', () => {
  assert.deepEqual(weakerIn(policy(STRONG), policy(WEAK)), [
    'no longer verified: test',
    'no longer required of the forge: build',
    'no longer protected: a',
    'no longer looked at as tests: t',
    'no longer searched for secrets: fixtures/**',
    'now within reach of commands: example.org',
    'secrets that commands are given now: DEPLOY as KEY',
    'a check without a test is green',
    'a commit without a check may be merged',
    'checks that are red on the base too hold no merge',
  ]);
  const paths = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });
  fc.assert(
    fc.property(paths, paths, (old, more) => {
      const before = policy({ protectedPaths: old });
      const after = policy({ protectedPaths: [...new Set([...old, ...more])] });
      assert.deepEqual(weakerIn(before, after), []);
      assert.equal(policyChanges(before, before).length, 0);
    }),
  );
});

test('a group that is left out is named, and a path of one’s own that a group protects too is not', () => {
  const dropped = (before: object, after: object) =>
    weakerIn(policy(before), policy(after)).filter((line) => line.startsWith('no longer protected'));
  assert.deepEqual(dropped({}, { protected: ['ci', 'agents', 'autorun'] }), [
    'no longer protected: the group review, the group tests',
  ]);
  assert.deepEqual(dropped({ protected: ['ci'] }, { protectedPaths: ['.github/**'] }), [
    'no longer protected: the group ci',
  ]);
  assert.deepEqual(dropped({}, { protected: [] }).join().split('the group').length, 6);
  assert.deepEqual(dropped({ protected: ['ci'] }, { protectedPaths: [] }), [
    'no longer protected: the group ci, factory.yaml, factory.yml, .gitmodules',
  ]);
  // The list that epics from before the groups have pinned.
  const former = ['factory.yaml', '**/AGENTS.md', '{,docs/}CODEOWNERS', '.github/**', 'azure-pipelines*.{yml,yaml}'];
  assert.deepEqual(dropped({ protectedPaths: [...former, 'Jenkinsfile'] }, {}), []);
  assert.deepEqual(dropped({ protectedPaths: ['src/**', '{.npmrc,src/a}'] }, {}), [
    'no longer protected: src/**, {.npmrc,src/a}',
  ]);
  assert.deepEqual(policyChanges(policy({}), policy({ protected: ['ci'] })), [
    'protected: ["ci","review","agents","autorun","tests"] → ["ci"]',
  ]);
});
