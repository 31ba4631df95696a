/** Variables by which runners report: where none is given, and which red commands refuse one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blamesVariables, reportVariables } from '../../activities/reports/report-variables.ts';

const names = (command: string, configuration = '') =>
  Object.keys(reportVariables({ folder: '/f', command, configuration })).slice(1);

test('a variable that the command or a file names is not set, since they may have a default for it', () => {
  assert.deepEqual(names('go test ./...'), ['GOFLAGS', 'PYTEST_ADDOPTS']);
  assert.deepEqual(names('make test', 'GOFLAGS ?= -tags=unit\ntest:\n\tgo test ./...\n'), ['PYTEST_ADDOPTS']);
  assert.deepEqual(names('NODE_OPTIONS="$' + '{NODE_OPTIONS:---no-warnings}" node --test'), ['PYTEST_ADDOPTS']);
  assert.deepEqual(names('PYTEST_ADDOPTS= rspec'), ['SPEC_OPTS']);
});

const ALL = ['NODE_OPTIONS', 'GOFLAGS', 'SPEC_OPTS', 'PYTEST_ADDOPTS'];

test('only the words by which runners refuse a variable blame it, and only one that was given', () => {
  const refusals: Readonly<Record<string, string>> = {
    'node: --test-reporter= is not allowed in NODE_OPTIONS': 'NODE_OPTIONS',
    'node: bad option: --test-reporter=/f/x.mjs': 'NODE_OPTIONS',
    "Error: Cannot find module '/f/node-preload.cjs'": 'NODE_OPTIONS',
    'go: parsing $GOFLAGS: unknown flag -v': 'GOFLAGS',
    'cannot load such file -- /f/rspec-reporter.rb': 'SPEC_OPTS',
    'pytest: error: unrecognized arguments: --junitxml=/f/pytest.xml': 'PYTEST_ADDOPTS',
  };
  for (const [words, name] of Object.entries(refusals)) {
    assert.equal(blamesVariables(`> npm test\n${words}\n`, [name]), true, words);
    assert.equal(
      blamesVariables(
        words,
        ALL.filter((each) => each !== name),
      ),
      false,
      words,
    );
  }
  const mentions = [
    ...['> node --test --test-reporter=spec', 'NODE_OPTIONS=--no-warnings', 'export GOFLAGS=-v', 'SPEC_OPTS is set'],
    ...["Cannot find module './add.js'", '    at /f/node-preload.cjs:3:1', 'error: unrecognized arguments: --fast'],
  ];
  for (const words of mentions) assert.equal(blamesVariables(words, ALL), false, words);
});
