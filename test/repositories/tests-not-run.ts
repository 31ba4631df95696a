/** Tests that a change keeps from running: seen by what ran, whatever the change looks like. */
import { onPath } from '../../local/programs/find.ts';
import { fileOf, round, type Situation, verdict } from './situation.ts';

const approved = [[verdict('approve')]];
const nodeTest = (name: string) => `import { test } from 'node:test';\ntest('${name}', () => {});\n`;
const NODE = {
  'package.json': '{ "type": "module" }\n',
  'factory.yaml': 'verify: node --test\n',
  'test/a.test.js': nodeTest('adds'),
  'test/b.test.js': nodeTest('takes away'),
};
const goTest = (name: string, body = '') => `func Test${name}(t *testing.T) {${body}}\n`;
const GO_HEAD = 'package sum\n\nimport "testing"\n\n';
const needs = (program: string): false | string =>
  onPath(program) !== undefined ? false : `${program} is not installed`;

export const testsNotRun: readonly Situation[] = [
  {
    name: 'observed-node',
    what: 'A Worker ends a test file of node:test before its tests begin; the runner counts it as passed',
    happens: 'The test that ran on the base and now does not is named, and waits for a person.',
    files: NODE,
    tasks: {
      n: {
        implement: [round(fileOf('test/b.test.js', `process.exit(0);\n${nodeTest('takes away')}`))],
        review: approved,
      },
    },
    ends: 'COMPLETED',
    says: ['verify: test/b.test.js: takes away no longer runs'],
  },
  {
    name: 'observed-honest',
    what: 'A Worker renames a test and adds another one',
    happens: 'All that ran still runs: nobody is asked about tests.',
    files: NODE,
    tasks: {
      n: {
        implement: [round(fileOf('test/b.test.js', `${nodeTest('subtracts')}test('divides', () => {});\n`))],
        review: approved,
      },
    },
    ends: 'COMPLETED',
    says: ['Merge pull request'],
    check: ({ epic }) => {
      if (/weaken/i.test(JSON.stringify(epic))) throw new Error('somebody was asked about tests');
    },
  },
  {
    name: 'observed-go',
    what: 'A helper that every Go test calls begins to skip them; no test is touched',
    happens: 'Each test that is skipped now is named by its package and name.',
    files: {
      'go.mod': 'module example.com/sum\n\ngo 1.18\n',
      'factory.yaml': 'verify: go test ./...\n',
      'sum.go': 'package sum\n\nfunc Sum(a, b int) int { return a + b }\n',
      'helper_test.go': `${GO_HEAD}func begin(t *testing.T) { t.Helper() }\n`,
      'sum_test.go': `${GO_HEAD}${goTest('Sum', ' begin(t) ')}`,
    },
    skip: needs('go'),
    tasks: {
      n: {
        implement: [round(fileOf('helper_test.go', `${GO_HEAD}func begin(t *testing.T) { t.Skip() }\n`))],
        review: approved,
      },
    },
    ends: 'COMPLETED',
    says: ['TestSum ran on the base, and now is skipped'],
  },
  {
    name: 'observed-pytest',
    what: 'A Worker gives a test file of pytest a name that is not collected',
    happens: 'Its test is named as one that no longer runs, though pytest is green.',
    files: {
      'factory.yaml': 'verify: python3 -m pytest -q\n',
      'tests/test_a.py': 'def test_adds():\n    assert 1 + 1 == 2\n',
      'tests/test_b.py': 'def test_takes_away():\n    assert 2 - 1 == 1\n',
    },
    skip: needs('pytest'),
    tasks: {
      n: { implement: [round('git mv tests/test_b.py tests/b.py || mv tests/test_b.py tests/b.py')], review: approved },
    },
    ends: 'COMPLETED',
    says: ['test_takes_away no longer runs'],
  },
];
