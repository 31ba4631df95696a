/** Which paths globs mean, and how a change of protected files is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readChangedFiles } from '../../activities/change/changed-files.ts';
import { pathMatcher } from '../../activities/change/match-paths.ts';
import { findProtected } from '../../activities/change/protected-files.ts';
import { protections } from '../../activities/change/protections.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';

const fits = (glob: string, path: string) => pathMatcher([glob])(path);

test('a glob that fits a folder covers all in it, hidden names and odd ones too', () => {
  for (const glob of ['infra', 'infra/', 'infra/**', '/infra', './infra/**']) {
    for (const path of ['infra', 'infra/a', 'infra/.hidden/b', 'infra/a\nb'])
      assert.ok(fits(glob, path), `${glob} ${path}`);
    for (const path of ['infrastructure', 'a/infra', 'inf']) assert.ok(!fits(glob, path), `${glob} ${path}`);
  }
  assert.ok(
    fits('**/*.test.*', 'a.test.js') && fits('**/*.test.*', '.x/y/.z.test.ts') && fits('**/*.test.*', 'a\n.test.js'),
  );
  assert.ok(!fits('*.js', 'a/b.js') && !fits('a?.js', 'a/.js'));
});

test('brackets and parentheses in names mean themselves, and classes still mean classes', () => {
  for (const [glob, path] of [
    ['**/[...slug]/**', 'app/shop/[...slug]/page.tsx'],
    ['app/*/[user-id]/**', 'app/a/[user-id]/page.tsx'],
    ['**/(auth)/**', 'app/(auth)/login/page.tsx'],
    ['app/[[...all]]', 'app/[[...all]]/route.ts'],
    ['app/[id]/page.tsx', 'app/[id]/page.tsx'],
    ['src/[ab].js', 'src/a.js'],
    ['src/@(a|b).js', 'src/b.js'],
  ] as const) {
    assert.ok(fits(glob, path), `${glob} ${path}`);
  }
  assert.ok(!fits('**/(auth)/**', 'app/other/page.tsx') && !fits('src/[ab].js', 'src/c.js'));
});

test('the defaults know where tests are', () => {
  const isTest = pathMatcher(RepositoryPolicy.parse({}).testPaths);
  for (const path of [
    'a.test.ts',
    'src/a.spec.js',
    'test/x.js',
    'src/__tests__/a.js',
    'test_a.py',
    'p/a_test.go',
    'src/test/java/A.java',
    'spec/a_spec.rb',
    'src/ATest.java',
    'x/__snapshots__/a.snap',
  ]) {
    assert.ok(isTest(path), path);
  }
  for (const path of ['src/latest.js', 'src/testing.ts', 'contest/a.js']) assert.ok(!isTest(path), path);
  assert.throws(() => RepositoryPolicy.parse({ protectedPaths: ['!src'] }), /leave it out/);
});

const own = (...protectedPaths: string[]) => protections({ protectedPaths });
const raw = (...entries: string[][]) => entries.map((fields) => `${fields.join('\0')}\0`).join('');
const [one, two, none] = ['1'.repeat(40), '2'.repeat(40), '0'.repeat(40)];

test('names, modes and links of a change are read whole and told in words', () => {
  const files = readChangedFiles(
    raw(
      [`:100644 100644 ${one} ${two} M`, 'ci/a\nb.yml'],
      [`:100644 100755 ${one} ${one} M`, 'ci/run.sh'],
      [`:100644 120000 ${one} ${two} T`, 'ci/link'],
      [`:000000 120000 ${none} ${two} A`, 'ci'],
      [`:100644 000000 ${one} ${none} D`, 'ci/gone'],
      [`:100644 100644 ${one} ${one} R100`, 'ci/from', 'src/to'],
      [`:100644 100644 ${one} ${two} M`, 'src/other'],
    ),
  );
  const found = findProtected(files, own('ci'));
  assert.deepEqual(found?.lines, [
    'modified "ci/a\\nb.yml"',
    'modified ci/run.sh (executable now)',
    'modified ci/link (a symbolic link now, it was a file)',
    'added ci as a symbolic link',
    'deleted ci/gone',
    'renamed ci/from to src/to',
  ]);
  assert.equal(findProtected(files, own('nowhere')), undefined);
  const same = findProtected(files.slice(0, 6), own('ci'));
  assert.equal(same?.hash, found?.hash, 'the rest of the change is another matter');
  assert.notEqual(findProtected(files.slice(0, 5), own('ci'))?.hash, found?.hash);
});
