/** Two tasks that meet in what git cannot merge. */
import { bash, beside, handIn, type Situation, verdict, fileOf as write } from './situation.ts';

const guide = (version: string) =>
  `Markers look so:\n\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> topic\n\n${version}\n`;

const FILES = {
  'README.md': '# Conflicts\n',
  'factory.yaml': 'verify: test -f README.md\n',
  'logo.bin': 'a\0b\n',
  'a.txt': 'one\ntwo\nthree\n',
  'guide.md': guide('version 1'),
};
export const reviews = [[verdict('approve')], [verdict('approve')], [verdict('approve')]];

/** Whichever merges second meets the other. */
export const meeting = (left: string, right: string, conflict: Situation['tasks'][string]['conflict'] = []) => ({
  left: { implement: [[bash(beside('right')), bash(left), handIn()]], conflict, review: reviews },
  right: { implement: [[bash(beside('left')), bash(right), handIn()]], conflict, review: reviews },
});
export const resolved = (path: string, keep: string, because: string) =>
  handIn('Settled.', { resolved: [{ path, keep, because }] });

export const conflicts: readonly Situation[] = [
  {
    name: 'binary-conflict',
    what: 'Two tasks change the same binary file',
    happens: 'Untouched it goes back with its kind and what helps; the Worker names the side, and the reason is kept.',
    files: FILES,
    tasks: meeting("printf 'left\\0' > logo.bin", "printf 'right\\0' > logo.bin", [
      [handIn()],
      [resolved('logo.bin', 'task', 'the newer brand')],
    ]),
    ends: 'COMPLETED',
    says: ['settles logo.bin: keeps task: the newer brand'],
    tells: [
      'logo.bin (binary): the task changed it; the base changed it. The worktree has the task’s version.',
      'Not settled: it is as the merge left it',
    ],
  },
  {
    name: 'deleted-and-changed',
    what: 'One task deletes a file that the other changes',
    happens: 'Neither wish counts before the Worker has said which.',
    files: FILES,
    tasks: meeting('rm a.txt', 'echo four >> a.txt', [[handIn()], [resolved('a.txt', 'base', 'it came first')]]),
    ends: 'COMPLETED',
    says: ['settles a.txt: keeps base: it came first'],
    tells: ['a.txt (modify/delete)', 'delete it, or change it so that both wishes are met'],
  },
  {
    name: 'marker-example',
    what: 'A text that rightly holds conflict markers conflicts in another line',
    happens: 'Only the markers of the merge must go.',
    files: FILES,
    tasks: meeting(write('guide.md', guide('left')), write('guide.md', guide('right')), [
      [handIn()],
      [bash(write('guide.md', guide('left and right'))), handIn()],
    ]),
    ends: 'COMPLETED',
    says: ['the merge met a conflict'],
    tells: ['guide.md still holds markers of this merge'],
    check: async ({ clone }) => {
      const merged = await clone.git('show', 'HEAD:guide.md');
      if (`${merged}\n` !== guide('left and right')) throw new Error(`a side or the example is gone: ${merged}`);
    },
  },
];
