/** factory.yaml as people really have it: behind a link, under another name, with patterns of routes. */
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cancels, round, type Situation, verdict } from './situation.ts';

const README = { 'README.md': '# Work\n' };
const write = 'mkdir -p src && echo "export const n = 1;" > src/n.js';
const done = { implement: [round(write)], review: [[verdict('approve')]] };

export const policies: readonly Situation[] = [
  {
    name: 'linked-policy',
    what: 'factory.yaml is a link to a file in the repository',
    happens: 'The link is followed, and its checks count.',
    files: { ...README, 'config/ci.yaml': 'verify: test -f src/n.js\n' },
    isCheckedOut: true,
    async prepare(repository) {
      await symlink('config/ci.yaml', join(repository.path, 'factory.yaml'));
      await repository.commit('Link the policy');
    },
    tasks: { n: done },
    ends: 'COMPLETED',
    says: ['verify: '],
    isQuick: true,
  },
  {
    name: 'link-outside',
    what: 'factory.yaml is a link that leaves the repository',
    happens: 'It is refused by name: what judges the work must be in it.',
    files: README,
    isCheckedOut: true,
    async prepare(repository) {
      await symlink('../elsewhere.yaml', join(repository.path, 'factory.yaml'));
      await repository.commit('Link the policy');
    },
    tasks: { n: done },
    answer: cancels,
    ends: 'CANCELLED',
    says: [
      'factory.yaml is a link that leads out of the repository (../elsewhere.yaml); put the file itself on the base branch',
    ],
  },
  {
    name: 'yml-policy',
    what: 'The policy is called factory.yml',
    happens: 'It is refused by name instead of meaning “no checks”.',
    files: { ...README, 'factory.yml': 'verify: "true"\n' },
    tasks: { n: done },
    ends: 'FAILED',
    says: ['main of yml-policy has factory.yml; rename it to factory.yaml, and try again.'],
  },
  {
    name: 'both-policies',
    what: 'factory.yaml and factory.yml lie beside each other',
    happens: 'It is refused by name: nobody can tell which is meant.',
    files: { ...README, 'factory.yaml': 'verify: "true"\n', 'factory.yml': 'verify: test -f README.md\n' },
    tasks: { n: done },
    ends: 'FAILED',
    says: ['only factory.yaml counts: delete the other'],
  },
  {
    name: 'protects-nothing',
    what: 'A protected path matches no file of the base branch',
    happens: 'It is said when the epic begins.',
    files: { ...README, 'factory.yaml': 'verify: test -f README.md\nprotectedPaths: [README.md, "srv/**"]\n' },
    tasks: { n: done },
    ends: 'COMPLETED',
    says: ['protectedPaths of factory.yaml that no file of the base branch matches: srv/**'],
  },
  {
    name: 'routes',
    what: 'Protected paths name routes: `app/*/[user-id]/**`, `**/(auth)/**`',
    happens: 'Brackets and parentheses mean themselves, and a person looks before the push.',
    files: {
      ...README,
      'factory.yaml': 'verify: test -f README.md\nprotectedPaths: ["app/*/[user-id]/**", "**/(auth)/**"]\n',
      'app/shop/[user-id]/page.js': 'export {};\n',
      'app/(auth)/login.js': 'export {};\n',
    },
    tasks: {
      page: {
        implement: [
          round(
            "echo 'export const a = 1;' > 'app/shop/[user-id]/page.js'; echo 'export const b = 1;' > 'app/(auth)/login.js'",
          ),
        ],
        review: [[verdict('approve')]],
      },
    },
    ends: 'COMPLETED',
    says: ['modified app/(auth)/login.js; modified app/shop/[user-id]/page.js'],
  },
  {
    name: 'no-checks',
    what: 'There is no factory.yaml, and the epic has one task',
    happens: 'The merge question says that nothing was verified.',
    files: README,
    tasks: { n: done },
    ends: 'COMPLETED',
    says: ['Nothing was verified'],
    isQuick: true,
  },
];
