/** Files that no one asked for. */
import { bash, handIn, type Situation, verdict } from './situation.ts';

const FILES = { 'README.md': '# Leftovers\n', 'factory.yaml': 'verify: test -f README.md\n' };
const install = 'mkdir -p node_modules/p && for i in $(seq 250); do echo $i > node_modules/p/$i.js; done';

export const leftovers: readonly Situation[] = [
  {
    name: 'tools-leave-files',
    what: 'A Worker hands in what a tool left, and a link that leaves the repository',
    happens: 'It goes back once with number and size; what stays is in the merge question. The link is never taken.',
    files: FILES,
    tasks: {
      n: {
        // The round is played again when it goes back: then the link goes, and the files stay.
        implement: [[bash(`${install}; test -L shared && rm shared || ln -s /usr/share shared`), handIn()]],
        review: [[verdict('approve')]],
      },
    },
    ends: 'COMPLETED',
    says: [
      'n holds files that no one asked for: node_modules: 250 files (892 bytes); link shared → /usr/share',
      'It adds files that no one asked for: node_modules: 250 files (892 bytes).',
    ],
    tells: ['Remove what does not belong into the repository', 'They are never taken'],
  },
];
