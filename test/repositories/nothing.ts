/** Work that is there already, and work that a person leaves out. */
import { handIn, type Situation, verdict } from './situation.ts';

const FILES = {
  'README.md': '# Work\n',
  'factory.yaml': 'verify: test -f src/n.js\n',
  'src/n.js': 'export const n = 1;\n',
};
const nothing = handIn('n is there.', { nothingToDo: 'src/n.js exports n = 1; I read it.' });

export const needless: readonly Situation[] = [
  {
    name: 'there-already',
    what: 'What a task asks for is there already',
    happens: 'The Worker says so, the checks and a reviewer agree, and the epic is done with nothing merged.',
    files: FILES,
    tasks: { n: { implement: [[nothing]], review: [[verdict('approve', 'It is there.')]] } },
    ends: 'COMPLETED',
    says: ['n: nothing to do: src/n.js exports n = 1; I read it.', 'nothing to merge; n: nothing to do'],
    tells: ['There is no change. The engineer says that what the task asks for is there already'],
    check: ({ epic, clone }) => {
      if (epic.pullRequest !== null || epic.mergedSha !== null) throw new Error('something was merged');
      return clone.git('cat-file', '-e', 'HEAD:src/n.js');
    },
    isQuick: true,
  },
  {
    name: 'one-is-there',
    what: 'One of two tasks is there already',
    happens: 'It ends so, what builds on it begins, and only the other is merged.',
    files: FILES,
    tasks: {
      n: { implement: [[nothing]], review: [[verdict('approve')]] },
      m: {
        implement: [
          [{ tools: [{ tool: 'bash', input: { command: 'echo "export const m = 2;" > src/m.js' } }] }, handIn()],
        ],
        review: [[verdict('approve')]],
      },
    },
    ends: 'COMPLETED',
    says: ['n: nothing to do'],
    check: ({ clone }) => clone.git('cat-file', '-e', 'HEAD:src/m.js'),
  },
  {
    name: 'not-there',
    what: 'A Worker says that the work is there, and the reviewer finds that it is not',
    happens: 'It goes back to the Worker like any other review.',
    files: FILES,
    tasks: {
      n: {
        implement: [[nothing]],
        'changes-requested': [
          [{ tools: [{ tool: 'bash', input: { command: 'echo "export const n = 2;" > src/n.js' } }] }, handIn()],
        ],
        review: [[verdict('request_changes', 'n should be 2.')], [verdict('approve')]],
      },
    },
    ends: 'COMPLETED',
    says: ['review of n: request_changes: n should be 2.'],
  },
  {
    name: 'there-and-red',
    what: 'A Worker says that the work is there, and the base is red',
    happens: 'Nobody is blamed: a person is asked, as for any check that is red on the base.',
    files: { ...FILES, 'factory.yaml': 'verify: test -f missing\n' },
    tasks: { n: { implement: [[nothing]] } },
    answer: ({ options }) => (options.includes('continue') ? { decision: 'cancel' } : undefined),
    ends: 'CANCELLED',
    says: ['So it is red on the untouched base'],
  },
  {
    name: 'skip-the-only-one',
    what: 'A person skips the only task of an epic',
    happens: 'The epic is done, and says that nothing was merged.',
    files: FILES,
    tasks: { n: { implement: [[{ text: 'No.', fault: 'refusal' }], [{ text: 'No.', fault: 'refusal' }]] } },
    answer: ({ options }) => (options.includes('skip') ? { decision: 'skip' } : undefined),
    ends: 'COMPLETED',
    says: ['nothing to merge; n skipped'],
  },
];
