/** Files that git would hand to a program on their way into a commit. */
import { bash, cancels, handIn, round, type Situation, verdict } from './situation.ts';

const FILES = { 'README.md': '# Work\n', 'factory.yaml': 'verify: test -f README.md\n' };
const leaves = {
  implement: [round('mkdir -p config && echo plain > config/app.key && echo 1 > n.txt')],
  feedback: [[bash('rm config/app.key'), handIn('Without the key.')]],
  review: [[verdict('approve')]],
};
const check: NonNullable<Situation['check']> = async ({ clone }) => {
  if (await clone.git('ls-tree', '-r', '--name-only', 'HEAD', 'config/app.key'))
    throw new Error('plain text was merged');
  await clone.git('cat-file', '-e', 'HEAD:n.txt');
};

export const filters: readonly Situation[] = [
  {
    name: 'filtered-path',
    what: 'A Worker writes a file that .gitattributes gives a filter (git-crypt)',
    happens: 'Nothing of it is committed: it goes back by name, and the rest is merged without it.',
    files: { ...FILES, '.gitattributes': '*.key filter=git-crypt diff=git-crypt\n' },
    tasks: { n: leaves },
    ends: 'COMPLETED',
    says: ['n was not committed: it changes files that .gitattributes gives a filter: config/app.key'],
    tells: ['a program that encrypts or converts them and that is not run here'],
    check,
  },
  {
    name: 'nested-filter',
    what: 'The filter is named in .gitattributes of a folder (SOPS)',
    happens: 'The same.',
    files: { ...FILES, 'config/.gitattributes': 'app.key filter=sops\n' },
    tasks: { n: leaves },
    ends: 'COMPLETED',
    says: ['n was not committed: it changes files that .gitattributes gives a filter: config/app.key'],
    check,
  },
  {
    name: 'filter-of-the-clone',
    what: 'The filter is named in .git/info/attributes, which no clone has',
    happens: 'The repository is refused by name.',
    files: FILES,
    isCheckedOut: true,
    prepare: ({ write }) => write({ '.git/info/attributes': 'keys/* filter=git-crypt\n' }),
    tasks: { n: leaves },
    answer: cancels,
    ends: 'CANCELLED',
    says: ['names a filter in .git/info/attributes'],
  },
];
