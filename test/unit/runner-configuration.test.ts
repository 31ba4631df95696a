/** Settings of test runners in files that hold much else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseSettings } from '../../activities/change/choose-tests.ts';
import { compareConfiguration } from '../../activities/change/compare-configuration.ts';
import { pathMatcher } from '../../activities/change/match-paths.ts';
import { createTestReader } from '../../activities/tests/read-in-thread.ts';
import { RUNNER_CONFIG } from '../../workflows/contract/runner-config.ts';

const json = (value: unknown) => JSON.stringify(value, null, 2);

const plugin = (name: string, inner: string) => `<plugin><artifactId>${name}</artifactId>${inner}</plugin>`;
const target = (test: unknown) => json({ targets: { test } });

const FOUND: readonly (readonly [path: string, before: string, after: string, says: RegExp])[] = [
  [
    'package.json',
    json({ scripts: { test: 'vitest run' } }),
    json({ scripts: { test: 'vitest run --passWithNoTests' } }),
    /scripts\.test is vitest run --passWithNoTests now, it was vitest run$/,
  ],
  [
    'app/package.json',
    json({ jest: {} }),
    json({ jest: { testMatch: ['a'] } }),
    /jest\.testMatch is \["a"\] now, it was not set$/,
  ],
  [
    'pyproject.toml',
    '[tool.pytest.ini_options]\naddopts = "-q"\n',
    '[tool.pytest.ini_options]\naddopts = [\n  "-q",\n  "-k not slow",\n]\n',
    /tool\.pytest\.ini_options\.addopts is \[ "-q", "-k not slow", \] now, it was "-q"$/,
  ],
  [
    'setup.cfg',
    '[tool:pytest]\ntestpaths = tests\n',
    '[tool:pytest]\ntestpaths = tests/unit\n',
    /testpaths is tests\/unit now/,
  ],
  [
    'Cargo.toml',
    '[package]\nname = "a"\n',
    '[package]\nname = "a"\nautotests = false\n',
    /package\.autotests is false now/,
  ],
  ['Cargo.toml', '[[test]]\nname = "a"\n', '[[test]]\nname = "a"\ntest = false\n', /test a\.test is false now/],
  ['pom.xml', '<skipTests>false</skipTests>', '<skipTests>true</skipTests>', /skipTests is true now, it was false$/],
  [
    'pom.xml',
    plugin('maven-surefire-plugin', '<configuration></configuration>'),
    plugin('maven-surefire-plugin', '<configuration><excludes><exclude>**/A.java</exclude></excludes></configuration>'),
    /maven-surefire-plugin\.exclude is \*\*\/A\.java now/,
  ],
  [
    'build.gradle',
    'test {\n  useJUnitPlatform()\n}\n',
    "test {\n  useJUnitPlatform()\n  exclude '**/A*'\n}\n",
    /exclude '\*\*\/A\*' is new$/,
  ],
  ['build.gradle.kts', '', 'tasks.test { enabled = false }\n', /enabled = false.* is new$/],
  ['Makefile', 'test:\n\tpytest\n', 'test:\n\tpytest || true\n', /pytest \|\| true is new$/m],
  ['Package.swift', '  .testTarget(name: "ATests"),\n', '', /ATests.* is gone$/],
  ['pom.xml', '', plugin('maven-failsafe-plugin', '<skip>true</skip>'), /maven-failsafe-plugin\.skip is true now/],
  [
    'pom.xml',
    '<plugin a="b"><artifactId>maven-surefire-plugin</artifactId></plugin>',
    '<plugin a="b"><artifactId>maven-surefire-plugin</artifactId><skip>true</skip></plugin>',
    /maven-surefire-plugin\.skip/,
  ],
  ['pom.xml', '<module>a</module><module>b</module>', '<module>a</module>', /module is a now, it was a, b$/],
  ['package.json', json({ scripts: { test: 'a' } }), json({ scripts: { test: 'a', pretest: 'rm b' } }), /pretest/],
  ['package.json', '{}', json({ jest: { testPathIgnorePatterns: ['a'] } }), /testPathIgnorePatterns is/],
  [
    'project.json',
    target({ executor: 'a' }),
    target({ executor: 'a', options: { pass: true } }),
    /options\.pass is true/,
  ],
  ['pyproject.toml', '', '[tool.pytest.ini_options]\naddopts = "-k a"\n', /addopts is "-k a" now/],
  ['setup.cfg', '', '[tool:pytest]\naddopts = --ignore=a\n', /addopts is --ignore=a now/],
  [
    'pyproject.toml',
    '[tool.pytest.ini_options]\naddopts = "-q"\n',
    '[tool.pytest.ini_options]\naddopts = "-q"\ntestpaths = ["a"]\n',
    /testpaths is \["a"\] now, it was not set$/,
  ],
  [
    'pyproject.toml',
    '[tool.coverage.run]\nsource = ["a", "b"]\n',
    '[tool.coverage.run]\nsource = ["b", "c"]\n',
    /source is/,
  ],
  ['package.json', json({ ava: { files: ['a'] } }), json({ ava: { files: ['a', '!b'] } }), /ava\.files is/],
  ['Cargo.toml', '', '[lib]\ntest = false\n', /lib\.test is false now/],
  ['settings.gradle', "include ':a', ':b'\n", "include ':a'\n", /include ':a', ':b' is gone$/],
  ['.bazelignore', 'vendor\n', 'vendor\nsrc\n', /src is new$/],
  ['mix.exs', '[app: :a]', '[\n  test_pattern: "*_x.exs"\n]', /test_pattern.* is new$/],
];

test('a setting that decides which tests run is named with what it was', () => {
  for (const [path, before, after, says] of FOUND) {
    assert.match(compareConfiguration({ path, before, after }).join('\n'), says, path);
  }
  assert.match(compareConfiguration({ path: 'lib/go.mod', after: 'module lib' }).join(), /no longer run/);
});

const HONEST: readonly (readonly [path: string, before: string, after: string])[] = [
  ['package.json', json({ version: '1', dependencies: {} }), json({ version: '2', dependencies: { a: '1' } })],
  [
    'package.json',
    json({ scripts: { test: 'jest' } }),
    json({ scripts: { test: 'jest', build: 'tsc', 'test:more': 'x' } }),
  ],
  [
    'pyproject.toml',
    '[project]\nversion = "1"\n[tool.ruff]\n',
    '[project]\nversion = "2"\n[tool.ruff]\nline-length = 100\n',
  ],
  ['Cargo.toml', '[dependencies]\na = "1"\n', '[dependencies]\na = "2"\nb = "1"\n'],
  ['pom.xml', '<version>1</version>', '<version>2</version>'],
  ['build.gradle', 'test {\n  useJUnitPlatform()\n}\n', 'version = 2\ntest { // all\n    useJUnitPlatform()\n}\n'],
  ['Makefile', 'build:\n\tcc a.c\ntest:\n\t./a\n', 'build:\n\tcc -O2 a.c\ntest:\n\t./a\n'],
  [
    'package.json',
    json({ name: 'a' }),
    json({ name: 'a', scripts: { test: 'jest', pretest: 'tsc' }, jest: { roots: ['a'] } }),
  ],
  ['deno.json', '{}', json({ tasks: { test: { command: 'deno test' } } })],
  ['project.json', json({ targets: {} }), target({ executor: 'a', options: { b: 1 } })],
  ['pyproject.toml', '[project]\n', '[project]\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\naddopts = "-q"\n'],
  ['pyproject.toml', '[tool.poe.tasks]\nrun = "a"\n', '[tool.poe.tasks]\nrun = "a"\ntest = "pytest"\n'],
  ['pyproject.toml', '[tool.coverage.run]\nsource = ["a"]\n', '[tool.coverage.run]\nsource = [\n  "a",\n  "b",\n]\n'],
  ['setup.cfg', '[tool:pytest]\ntestpaths = a\n', '[tool:pytest]\ntestpaths =\n  a\n  b\n'],
  ['Cargo.toml', '[workspace]\nmembers = ["a"]\n', '[workspace]\nmembers = ["a", "b"]\n'],
  [
    'Cargo.toml',
    '[[test]]\nname = "a"\n',
    '[[test]]\nname = "b"\n[[test]]\nname = "a"\n[[bench]]\nname = "c"\nharness = false\n',
  ],
  ['MODULE.bazel', 'bazel_dep(name = "a", version = "1")', 'bazel_dep(name = "a", version = "2")'],
  ['WORKSPACE', 'http_archive(name = "a")', 'http_archive(name = "b")'],
  ['BUCK', 'cxx_library(name = "a")', 'cxx_library(name = "b")'],
  [
    'pom.xml',
    plugin('maven-shade-plugin', '<exclude>a</exclude><phase>package</phase><goal>shade</goal>'),
    plugin('maven-shade-plugin', '<exclude>b</exclude><phase>verify</phase><goal>help</goal>'),
  ],
  ['pom.xml', '<module>a</module>', '<module>a</module><module>b</module>'],
  [
    'pom.xml',
    '',
    plugin('maven-failsafe-plugin', '<phase>verify</phase><goal>verify</goal><include>**/*IT.java</include>'),
  ],
  ['settings.gradle', "include ':a'\n", "include ':a', ':b'\ninclude ':c'\n"],
  ['build.gradle', '', 'test {\n  useJUnitPlatform()\n}\n'],
  ['Makefile', 'all:\n\tcc\n', 'all:\n\tcc\ntest:\n\t./a\n'],
  ['Package.swift', '', '  .testTarget(name: "ATests"),\n'],
  ['a.sln', '', 'Project("{1}") = "A.Tests", "A.Tests\\A.Tests.csproj"\n'],
  ['vite.config.ts', 'a({})', 'a({\n  test: {\n    globals: true,\n  },\n})'],
  ['src/main.ts', 'a', 'b'],
  ['go.mod', 'module a', 'module a\n\nrequire b v1'],
];

test('what else such a file says is no finding', () => {
  for (const [path, before, after] of HONEST) {
    assert.deepEqual(compareConfiguration({ path, before, after }), [], `${path}: ${after}`);
  }
});

test('a file with settings that is renamed is compared by its old name, and elsewhere it is deleted', () => {
  const before = { mode: '100644', blob: 'before' };
  const after = { mode: '100644', blob: 'after' };
  const renamed = (from: string, path: string) => chooseSettings([{ status: 'renamed', from, path, before, after }]);
  assert.deepEqual(renamed('package.json', 'app/package.json'), [{ path: 'app/package.json', before, after }]);
  assert.deepEqual(renamed('package.json', 'package.txt'), [{ path: 'package.json', before }]);
  assert.deepEqual(renamed('package.txt', 'package.json'), [{ path: 'package.json', after }]);
  assert.deepEqual(renamed('Makefile', 'pyproject.toml'), [
    { path: 'Makefile', before },
    { path: 'pyproject.toml', after },
  ]);
  assert.deepEqual(renamed('go.mod', 'a/go.mod'), [{ path: 'a/go.mod', after }]);
  const chosen = (['added', 'deleted', 'modified'] as const).map((status) =>
    chooseSettings([{ status, path: 'pom.xml', before, after }]),
  );
  const path = 'pom.xml';
  assert.deepEqual(chosen, [[{ path, after }], [{ path, before }], [{ path, before, after }]]);
});

test('settings that were not read are a finding', () => {
  const text = json({ scripts: { test: 'vitest run' } });
  for (const versions of [{ before: null, after: text }, { before: text, after: null }, { before: null }]) {
    assert.match(
      compareConfiguration({ path: 'package.json', ...versions }).join(),
      /^package\.json: .*cannot be compared/,
    );
  }
  assert.deepEqual(compareConfiguration({ path: 'package.json', after: null }), []);
});

test('files that only configure runners are listed, in every folder', () => {
  const isListed = pathMatcher(RUNNER_CONFIG);
  const listed = [
    'pytest.ini',
    'a/conftest.py',
    'jest.config.e2e.ts',
    '.mocharc.json',
    '.rspec',
    'phpunit.xml.dist',
    '.bazelrc',
  ];
  for (const path of listed) assert.ok(isListed(path) && isListed(`deep/er/${path}`), path);
  for (const path of ['package.json', 'src/config.ts', 'pyproject.toml', 'docs/pytest.md'])
    assert.ok(!isListed(path), path);
});

test('a thread that fails after its time is up takes nothing down', async () => {
  const fails = 'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { throw 1; });';
  const read = createTestReader({ mostMs: 1, thread: new URL(`data:text/javascript,${encodeURIComponent(fails)}`) });
  const file = read('a.test.js', '');
  await Promise.resolve();
  // The error arrives while this thread is held up, so that its time is over when it is seen.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  assert.equal(await file, null);
});

test('a file that is not read in time is no reason to wait', async () => {
  const read = createTestReader({ mostMs: 1 });
  assert.deepEqual(await Promise.all(['a.test.js', 'b.test.js'].map((path) => read(path, 'test("a", f);'))), [
    null,
    null,
  ]);
});
