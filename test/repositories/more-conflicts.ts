/** Conflicts that have no lines: renames, links, folders, modes, and the names that a merge makes. */
import { meeting, resolved, reviews } from './conflicts.ts';
import { bash, handIn, type Situation } from './situation.ts';

const LONG = Array.from({ length: 12 }, (_, index) => `line ${index}\n`).join('');
const FILES = {
  'README.md': '# Conflicts\n',
  'factory.yaml': 'verify: test -f README.md\n',
  'a.txt': LONG,
  'b.txt': 'b\n',
  'run.sh': 'echo run\n',
};
const noTilde: NonNullable<Situation['check']> = async ({ clone }) => {
  const names = await clone.git('ls-tree', '-r', '--name-only', 'HEAD');
  if (names.includes('~')) throw new Error(`a name that the merge made was merged: ${names}`);
};

export const moreConflicts: readonly Situation[] = [
  {
    name: 'renamed-twice',
    what: 'Two tasks give the same file different names',
    happens: 'Both names stay until the Worker has said which counts.',
    files: FILES,
    tasks: meeting('mv a.txt left.txt', 'mv a.txt right.txt', [
      [handIn()],
      [resolved('a.txt', 'task', 'it says more')],
    ]),
    ends: 'COMPLETED',
    says: ['settles a.txt: keeps task: it says more'],
    tells: ['(rename/rename', 'delete one of the two names'],
    check: async ({ clone }) => {
      const names = (await clone.git('ls-tree', '--name-only', 'HEAD')).split('\n');
      if (names.filter((name) => ['left.txt', 'right.txt', 'a.txt'].includes(name)).length !== 1) {
        throw new Error(`not one name: ${names}`);
      }
    },
  },
  {
    name: 'renamed-and-deleted',
    what: 'One task renames a file that the other deletes',
    happens: 'It goes back with what both sides did.',
    files: FILES,
    tasks: meeting('mv a.txt left.txt', 'rm a.txt', [[handIn()], [bash('rm -f a.txt left.txt'), handIn()]]),
    ends: 'COMPLETED',
    says: ['the merge met a conflict'],
    tells: ['rename/delete', 'delete it, or change it so that both wishes are met'],
    check: ({ clone }) => clone.git('cat-file', '-e', 'HEAD:b.txt'),
  },
  {
    name: 'file-and-link',
    what: 'One task makes a file a symbolic link, the other changes the file',
    happens: 'Both lie beside each other under names with `~`, which are never merged.',
    files: FILES,
    tasks: meeting('rm a.txt && ln -s b.txt a.txt', 'echo more >> a.txt', [
      [handIn()],
      [bash('git show HEAD:a.txt > mine; rm -f a.txt; mv mine a.txt; echo both >> a.txt'), handIn()],
      [bash('rm -f *~*'), handIn()],
    ]),
    ends: 'COMPLETED',
    says: ['the merge met a conflict'],
    tells: ['(file/link', 'is a name that the merge made: take over what is in it, and delete it'],
    check: noTilde,
  },
  {
    name: 'file-and-folder',
    what: 'One task adds a file where the other adds a folder',
    happens: 'The file lies beside it under a name with `~`; the Worker names the side, and the name goes.',
    files: FILES,
    tasks: meeting('echo file > new', 'mkdir new && echo inside > new/one', [
      [handIn()],
      [resolved('new', 'task', 'the later wish')],
    ]),
    ends: 'COMPLETED',
    says: ['settles new: keeps task: the later wish'],
    tells: ['(file/folder', 'leave the file or the folder at its name and delete the ~ name'],
    check: noTilde,
  },
  {
    name: 'mode-and-content',
    what: 'One task makes a script executable, the other changes what is in it',
    happens: 'Both are in the merge.',
    files: FILES,
    tasks: {
      left: { ...meeting('chmod +x run.sh', '').left, review: reviews },
      right: { ...meeting('', 'echo "echo again" >> run.sh').right, review: reviews },
    },
    ends: 'COMPLETED',
    says: ['epic COMPLETED'],
    check: async ({ clone }) => {
      const entry = await clone.git('ls-tree', 'HEAD', 'run.sh');
      const text = await clone.git('show', 'HEAD:run.sh');
      if (!entry.startsWith('100755') || !text.includes('again'))
        throw new Error(`one side is gone: ${entry}: ${text}`);
    },
  },
  {
    name: 'added-modes',
    what: 'Two tasks add the same script, one of them executable',
    happens: 'The mode is a conflict like any other: the Worker sets what is right.',
    files: FILES,
    tasks: meeting('echo "echo new" > tool.sh && chmod +x tool.sh', 'echo "echo new" > tool.sh', [
      [handIn()],
      [resolved('tool.sh', 'task', 'as this task has it')],
    ]),
    ends: 'COMPLETED',
    says: ['settles tool.sh: keeps task: as this task has it'],
    tells: ['(mode)', 'set the mode that is right'],
  },
];
