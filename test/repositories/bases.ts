/** Bases that are named in a way that could mean another one, and repositories that are not whole. */
import { join } from 'node:path';
import { cancels, round, type Situation, verdict } from './situation.ts';

const FILES = { 'README.md': '# Work\n', 'factory.yaml': 'verify: test -f README.md\n', 'packages/a/a.txt': 'a\n' };
const work = { implement: [round('echo 1 > n.txt')], review: [[verdict('approve')]] };
const refused = { files: FILES, isCheckedOut: true, tasks: { n: work }, answer: cancels, ends: 'CANCELLED' } as const;

export const bases: readonly Situation[] = [
  {
    name: 'tag-and-branch',
    what: 'A tag has the name of the base branch',
    happens: 'The branch is meant.',
    files: FILES,
    async prepare({ git }) {
      const tree = await git('rev-parse', 'main^{tree}');
      await git('tag', 'main', await git('commit-tree', tree, '-m', 'Another history'));
    },
    tasks: { n: work },
    ends: 'COMPLETED',
    says: ['epic COMPLETED'],
    check: async ({ clone }) => {
      await clone.git('cat-file', '-e', 'HEAD:n.txt');
    },
  },
  {
    ...refused,
    name: 'head-detached',
    what: 'HEAD is on no branch',
    happens: 'The epic asks, and names what helps.',
    prepare: ({ git }) => git('checkout', '--quiet', '--detach'),
    says: ['is on no branch', 'check one out, or set GIT_BASE_BRANCH'],
  },
  {
    ...refused,
    name: 'head-on-a-feature',
    what: 'A feature branch is checked out, and no base branch is named',
    happens: 'The epic asks which is meant instead of building on the feature.',
    prepare: ({ git }) => git('checkout', '--quiet', '-b', 'feature/x'),
    says: ['has "feature/x" checked out, while "main" looks like its base'],
  },
  {
    ...refused,
    name: 'inner-folder',
    what: 'The path is a folder inside a repository',
    happens: 'It is refused, and the root is named.',
    place: ({ path }) => join(path, 'packages', 'a'),
    says: ['is a folder inside the repository'],
  },
  {
    ...refused,
    name: 'shallow-clone',
    what: 'The repository is a shallow clone',
    happens: 'It is refused with the command that fetches the rest.',
    async prepare(repository) {
      await repository.commit('Second', { 'b.txt': 'b' });
      await repository.git('clone', '--quiet', '--depth=1', `file://${repository.path}`, 'shallow');
    },
    place: ({ path }) => join(path, 'shallow'),
    says: ['shallow clone', 'run git fetch --unshallow'],
  },
  {
    ...refused,
    name: 'sha-256',
    what: 'Objects are named by SHA-256',
    happens: 'It is refused by name.',
    prepare: ({ git }) => git('init', '--quiet', '--initial-branch', 'main', '--object-format=sha256', 'other'),
    place: ({ path }) => join(path, 'other'),
    says: ['SHA-256', 'use a repository with SHA-1'],
  },
  {
    ...refused,
    name: 'branch-factory',
    what: 'The repository has a branch `factory`',
    happens: 'It is refused with the command that renames it, since no branch `factory/…` can stand beside it.',
    prepare: ({ git }) => git('branch', 'factory'),
    says: ['has a branch factory, which stands', 'git branch -m factory'],
  },
  {
    ...refused,
    name: 'branch-in-factory',
    what: 'The repository has a branch `factory/x` of its own',
    happens: 'The same.',
    prepare: ({ git }) => git('branch', 'factory/x'),
    says: ['has a branch factory/x, which stands'],
  },
];
