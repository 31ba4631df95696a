/** Reviews that are worn down: the same again, a finding that the next reviewer never saw, a change too long to read. */
import { bash, handIn, round, type Situation, verdict } from './situation.ts';

const FILES = { 'README.md': '# Work\n', 'factory.yaml': 'verify: test -f src/n.js\n' };
const write = 'mkdir -p src && echo "export const n = 1;" > src/n.js';
const asks = verdict('request_changes', 'n should be 2.');

export const reviews: readonly Situation[] = [
  {
    name: 'handed-in-again',
    what: 'A Worker hands in the same again after a review asked for changes',
    happens: 'Nobody reviews it a second time: it goes back once, then a person decides between review and Worker.',
    files: FILES,
    tasks: {
      n: {
        implement: [round(write)],
        'changes-requested': [[handIn('It is fine as it is.')], [handIn('It is fine as it is.')]],
        review: [[asks], [verdict('approve')]],
      },
    },
    answer: ({ options }) => (options.includes('skip') ? { decision: 'cancel' } : undefined),
    ends: 'CANCELLED',
    says: [
      'what was handed in is what the review has seen already',
      'The review asks for changes (“n should be 2.”), and the Worker hands in the same again: “It is fine as it is.”',
    ],
    tells: ['You handed in exactly what was reviewed already'],
  },
  {
    name: 'second-reviewer',
    what: 'Another reviewer looks at what the first one found',
    happens:
      'It is told each finding with the Worker’s answer and what changed since, and says of each whether it is settled.',
    files: FILES,
    tasks: {
      n: {
        implement: [round(write)],
        'changes-requested': [[bash('echo "export const n = 2;" > src/n.js'), handIn('n is 2 now.')]],
        review: [[asks], [verdict('approve', 'It is 2.')]],
      },
    },
    ends: 'COMPLETED',
    says: ['review of n: approve: It is 2.\n\nOf what was found before:\n- 1 settled: The change sees to it.'],
    tells: ['n should be 2.', 'n is 2 now.', 'What changed since'],
  },
  {
    name: 'long-change',
    what: 'A change is too long for the reviewer’s brief',
    happens: 'Whole files are shown as far as there is room; the others are named, to be opened.',
    files: FILES,
    tasks: {
      n: {
        implement: [round(`${write}; seq 1 20000 > src/long.txt`)],
        review: [[verdict('approve')]],
      },
    },
    ends: 'COMPLETED',
    says: ['review of n: approve'],
    tells: ['Left out for their length, 1 of 2 files'],
  },
];
