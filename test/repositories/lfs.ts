/** Repositories that keep large files in Git LFS. */
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Repository, repositoryAt } from '../support/git.ts';
import { ATTRIBUTES, IMAGE, objectIn, pointerTo, skip, useLfs } from '../support/lfs.ts';
import { bash, cancels, fileOf, handIn, round, type Situation, verdict } from './situation.ts';

const files = {
  'README.md': '# Work\n',
  'factory.yaml': `verify: test "$(cat ${IMAGE})" = second\n`,
};

/** The source is bare: what it gets is committed in a clone of it, and pushed with its objects. */
async function addImage(repository: Repository): Promise<void> {
  const work = repositoryAt(join(dirname(repository.path), 'work'));
  await repository.git('clone', '--quiet', '.', work.path);
  await useLfs(work);
  await work.commit('Add a logo', { '.gitattributes': ATTRIBUTES, [IMAGE]: 'first' });
  await work.git('lfs', 'push', '--all', 'origin');
  await work.git('push', '--quiet', 'origin', 'main');
}

const check: NonNullable<Situation['check']> = async ({ clone, repository }) => {
  if ((await clone.git('show', `HEAD:${IMAGE}`)) !== pointerTo('second').trim())
    throw new Error('no pointer was merged');
  if (!existsSync(objectIn(repository.path, 'second'))) throw new Error('the repository did not get the object');
};

const second = `printf first | cmp - ${IMAGE} && printf second >${IMAGE}`;

export const lfs: readonly Situation[] = [
  {
    name: 'lfs-image',
    what: 'A Worker changes an image that is kept in Git LFS',
    happens:
      'It has the image itself, as the checks have; a pointer is committed, and the object is in the repository before the base that names it.',
    files,
    prepare: addImage,
    skip,
    tasks: { n: { implement: [round(second)], review: [[verdict('approve')]] } },
    ends: 'COMPLETED',
    says: ['verify: '],
    check,
  },
  {
    name: 'lfs-pointer',
    what: 'A Worker writes a pointer by hand, to an object that exists nowhere',
    happens: 'Nothing is committed: it is told by name, and writes the file itself.',
    files,
    prepare: addImage,
    skip,
    tasks: {
      n: {
        implement: [round(fileOf(IMAGE, pointerTo('nobody has this')))],
        feedback: [[bash(`printf second >${IMAGE}`), handIn()]],
        review: [[verdict('approve')]],
      },
    },
    ends: 'COMPLETED',
    says: [`${IMAGE} (a pointer of Git LFS to an object that is nowhere; write the file itself)`],
    check,
  },
  {
    name: 'lfs-lacking',
    what: 'The repository lacks an object that its base names',
    happens: 'One question names file and object, before anything else is done.',
    files,
    async prepare(repository) {
      await addImage(repository);
      rmSync(objectIn(repository.path, 'first'));
    },
    skip,
    tasks: { n: { implement: [round(second)], review: [[verdict('approve')]] } },
    answer: cancels,
    ends: 'CANCELLED',
    says: [`lacks an object of Git LFS: ${IMAGE} (sha256:`],
  },
];
