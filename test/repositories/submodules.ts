/** Repositories that have others inside: their files are there to be built with, and only which commit they are at changes. */
import { dirname, join } from 'node:path';
import { type Repository, repositoryAt } from '../support/git.ts';
import { createSubmodules, moduleLines, pointTo } from '../support/submodules.ts';
import { cancels, round, type Seen, type Situation, verdict } from './situation.ts';

const LIB = 'vendor/lib';
/** Beside the source, so that `../lib` leads there. */
const files = {
  'README.md': '# Work\n',
  'factory.yaml': `verify: grep -qx 2 ${LIB}/value.txt && grep -qx deep ${LIB}/deep/deep.txt\n`,
};

/** The source is bare: what it gets is committed in a clone of it. */
const add = (commit: 'first' | 'second' | 'nowhere') => async (repository: Repository) => {
  const modules = await createSubmodules(dirname(repository.path));
  const work = repositoryAt(join(dirname(repository.path), 'work'));
  await repository.git('clone', '--quiet', '.', work.path);
  await pointTo(work, LIB, commit === 'nowhere' ? '7'.repeat(40) : modules[commit]);
  await work.commit('Add lib', { '.gitmodules': moduleLines(LIB, '../lib') });
  await work.git('push', '--quiet', 'origin', 'main');
};

const pointsToNewest = async ({ clone, repository }: Seen) => {
  const lib = repositoryAt(join(dirname(repository.path), 'lib'));
  const [newest, pinned] = await Promise.all([lib.git('rev-parse', 'main'), clone.git('rev-parse', `HEAD:${LIB}`)]);
  if (newest !== pinned) throw new Error(`${LIB} is at ${pinned}, not at ${newest}`);
};

const bump = `git -C ${LIB} checkout --quiet origin/main`;

export const submodules: readonly Situation[] = [
  {
    name: 'submodule-bump',
    what: 'A task points a submodule, which has one itself, to a newer commit of its remote',
    happens:
      'The Worker has the files and the history; the pointer is committed, reviewed and merged like a file, and the check sees the files of that very commit.',
    files,
    prepare: add('first'),
    tasks: { n: { implement: [round(bump)], review: [[verdict('approve')]] } },
    ends: 'COMPLETED',
    says: ['verify: '],
    check: pointsToNewest,
  },
  {
    name: 'submodule-inside',
    what: 'A Worker changes files inside a submodule, and commits there',
    happens: 'It is told by name that nothing of that can be merged, and which commits it may point to.',
    files,
    prepare: add('first'),
    tasks: {
      n: {
        implement: [
          round(`echo 2 > ${LIB}/value.txt && git -C ${LIB} -c user.name=w -c user.email=w@w commit --quiet -am mine`),
        ],
        feedback: [round(`${bump}; echo 2 > ${LIB}/new.txt`), round(`rm ${LIB}/new.txt`)],
        review: [[verdict('approve')]],
      },
    },
    ends: 'COMPLETED',
    says: [
      'is on no branch or tag of the submodule’s remote, where nothing of a task is pushed',
      `${LIB}/new.txt (changed within the submodule ${LIB}, which takes no changes)`,
    ],
    check: pointsToNewest,
  },
  {
    name: 'submodule-address',
    what: 'A task changes .gitmodules',
    happens: 'A person looks before the push. Whatever it says, submodules are fetched from where the base says.',
    files,
    prepare: add('second'),
    tasks: {
      n: {
        implement: [round(`git config --file .gitmodules submodule.${LIB}.branch main`)],
        review: [[verdict('approve')]],
      },
    },
    ends: 'COMPLETED',
    says: ['modified .gitmodules'],
  },
  {
    name: 'submodule-nowhere',
    what: 'The base points a submodule to a commit that its remote does not have',
    happens: 'One question names submodule, commit and address, before any round is paid for.',
    files,
    prepare: add('nowhere'),
    tasks: { n: { implement: [round(bump)], review: [[verdict('approve')]] } },
    answer: cancels,
    ends: 'CANCELLED',
    says: ['The commit 777777777777 of the submodule vendor/lib ('],
  },
];
