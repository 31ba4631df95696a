/** Gates that could not run, that run nothing, and that were green for what nobody else has. */
import { bash, cancels, handIn, round, type Situation, verdict } from './situation.ts';

const README = { 'README.md': '# Work\n' };
const write = 'mkdir -p src && echo "export const n = 1;" > src/n.js';
const approved = [[verdict('approve')], [verdict('approve')]];

export const gates: readonly Situation[] = [
  {
    name: 'ignored-lib',
    what: 'A Worker writes `src/lib/greet.js`, and `.gitignore` has `lib/`',
    happens: 'The check is red in the clean checkout of the commit; the Worker is told which of its files git ignores.',
    files: {
      ...README,
      '.gitignore': 'lib/\n',
      'factory.yaml': 'verify: test -f README.md && (test ! -f src/use.js || test -f src/lib/greet.js)\n',
    },
    tasks: {
      greet: {
        implement: [round('mkdir -p src/lib && echo 1 > src/lib/greet.js && echo 2 > src/use.js')],
        verification: [round('echo "!src/lib/" >> .gitignore')],
        review: approved,
      },
    },
    ends: 'COMPLETED',
    says: ['greet: the verification is red'],
    tells: ['src/lib/'],
    check: ({ clone }) => clone.git('cat-file', '-e', 'HEAD:src/lib/greet.js'),
    isQuick: true,
  },
  {
    name: 'built-from-base',
    what: 'Set-up builds what the check looks at, and the Worker breaks the source',
    happens: 'Each commit is set up for itself, so the check sees what that commit builds.',
    files: {
      ...README,
      '.gitignore': 'dist/\n',
      'src/n.js': 'good\n',
      'factory.yaml': 'setup: mkdir -p dist && cp src/n.js dist/n.js\nverify: grep -q good dist/n.js\n',
    },
    tasks: {
      n: {
        implement: [round('echo bad > src/n.js')],
        verification: [round('echo "good again" > src/n.js')],
        review: approved,
      },
    },
    ends: 'COMPLETED',
    says: ['n: the verification is red'],
  },
  {
    name: 'no-such-command',
    what: 'A check names a command that the machine does not have',
    happens: 'One question to a person before any round is paid for, with command, exit code and last lines.',
    files: { ...README, 'factory.yaml': 'verify: no-such-linter src\n' },
    tasks: { n: { implement: [round(write)] }, m: { implement: [round('echo 1 > m.txt')] } },
    answer: cancels,
    ends: 'CANCELLED',
    says: ['The check “verify” ended with 127, and with 127 on the base (there is no such command)'],
    check: ({ told }) => {
      if (told.some((text) => text.includes('kind=\\"verification\\"'))) throw new Error('a Worker was blamed');
    },
  },
  {
    name: 'red-base',
    what: 'The base is red before anybody has worked, and the epic is to fix that',
    happens: 'A person is asked once for the epic, says `continue`, and the Worker is told what is red.',
    files: { ...README, 'factory.yaml': 'verify: test -f fixed.txt\n' },
    tasks: {
      n: {
        implement: [round(write)],
        verification: [round('echo yes > fixed.txt')],
        review: approved,
      },
    },
    answer: ({ options }) => ({ decision: options.includes('continue') ? 'continue' : 'approve' }),
    ends: 'COMPLETED',
    says: ['So it is red on the untouched base', 'n goes back to its Worker'],
    tells: ['kind=\\"verification\\"'],
  },
  {
    name: 'no-tests',
    what: 'The check is green and has run no test',
    happens: 'The merge question, the pull request and the evidence say so.',
    files: { ...README, 'factory.yaml': 'verify: echo "ℹ tests 0"\n' },
    tasks: { n: { implement: [round(write)], review: approved } },
    ends: 'COMPLETED',
    says: ['No test was run by: verify.'],
    isQuick: true,
  },
  {
    name: 'no-tests-red',
    what: 'The same with `noTests: red` in factory.yaml',
    happens: 'It is red until a test runs.',
    files: {
      ...README,
      'factory.yaml': "noTests: red\nverify: \"if test -f t.js; then echo 'ℹ tests 1'; else echo 'ℹ tests 0'; fi\"\n",
    },
    tasks: {
      n: {
        implement: [[bash(write), handIn()]],
        verification: [round('echo 1 > t.js')],
        review: approved,
      },
    },
    answer: ({ options }) => ({ decision: options.includes('continue') ? 'continue' : 'approve' }),
    ends: 'COMPLETED',
    says: ['No test was run.'],
  },
];
