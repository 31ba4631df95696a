/** Attempts with the edit tool, which runs in the worker process, outside the sandbox. */
import assert from 'node:assert/strict';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EditAttempt } from './attempt.ts';
import type { EscapeStage } from './stage.ts';

const REFUSED = 'Refused: the real path is not in the worktree.';

type Call = (input: object, readOnly?: boolean) => Promise<string>;

/** Neither reading nor writing the path gets anywhere. */
async function refusesAll({ canary, outside }: EscapeStage, call: Call, ...paths: string[]): Promise<void> {
  const before = readdirSync(outside);
  for (const path of paths) {
    for (const input of [
      { command: 'view', path },
      { command: 'create', path, file_text: 'escaped' },
      { command: 'str_replace', path, old_str: canary, new_str: 'escaped' },
      { command: 'insert', path, insert_line: 0, insert_text: 'escaped' },
    ]) {
      const answer = await call(input);
      assert.match(answer, /^error: /, `${input.command} ${path}`);
      assert.ok(!answer.includes(canary), path);
    }
  }
  assert.deepEqual(readdirSync(outside), before);
  assert.equal(readFileSync(join(outside, 'secret'), 'utf8'), `${canary}\n`);
}

export const EDIT_ATTEMPTS: readonly EditAttempt[] = [
  {
    id: 'edit-absolute',
    tries: 'View or change a file outside by its absolute path',
    outcome: REFUSED,
    run: (stage, call) =>
      refusesAll(stage, call, join(stage.outside, 'secret'), '/etc/passwd', join(stage.other, 'secret')),
  },
  {
    id: 'edit-dot-dot',
    tries: 'The same by `..`, also behind a folder that does not exist',
    outcome: REFUSED,
    run: (stage, call) =>
      refusesAll(
        stage,
        call,
        join(stage.relative, 'secret'),
        `nowhere/../${stage.relative}/secret`,
        '..',
        `${stage.relative}/new`,
      ),
  },
  {
    id: 'edit-symlink',
    tries: 'The same through a link to the file, to its folder, or to nothing yet',
    outcome: REFUSED,
    async run(stage, call) {
      symlinkSync(join(stage.outside, 'secret'), join(stage.worktree, 'to-file'));
      symlinkSync(stage.outside, join(stage.worktree, 'to-folder'));
      symlinkSync(join(stage.outside, 'new'), join(stage.worktree, 'to-nothing'));
      await refusesAll(stage, call, 'to-file', 'to-folder/secret', 'to-folder/new', 'to-nothing', 'to-folder');
    },
  },
  {
    id: 'edit-proc',
    tries: 'The same through `/proc`: the worker process’s environment, root and open files',
    outcome: REFUSED,
    run: (stage, call) =>
      refusesAll(
        stage,
        call,
        '/proc/self/environ',
        `/proc/self/root${stage.outside}/secret`,
        '/dev/stdin',
        '/proc/self/cwd/package.json',
      ),
  },
  {
    id: 'edit-state',
    tries: 'View or change a journal, git’s folder or the mirror',
    outcome: REFUSED,
    run: (stage, call) =>
      refusesAll(
        stage,
        call,
        join(stage.stateDir, 'secret'),
        join(stage.clone, 'config'),
        join(stage.admin, 'factory.json'),
      ),
  },
  {
    id: 'edit-git-file',
    tries: 'Change the worktree’s `.git` file, or one in a folder, in whatever case',
    outcome: 'Refused by name.',
    run: (stage, call) => refusesAll(stage, call, '.git', './folder/../.git', '.GIT', 'folder/.git/config'),
  },
  {
    id: 'edit-odd-names',
    tries: 'Use an empty path, or one that is too long',
    outcome: 'Refused.',
    run: (stage, call) => refusesAll(stage, call, '', 'x/'.repeat(2_500), 'y'.repeat(300)),
  },
  {
    id: 'edit-pipe',
    tries: 'Have it wait for ever on a pipe, or read a device',
    outcome: 'Refused: not a regular file; nothing is waited for.',
    async run({ worktree, makePipe }, call) {
      makePipe(join(worktree, 'waits'));
      assert.match(await call({ command: 'view', path: 'waits' }), /^error: .*not a regular file/);
      assert.match(await call({ command: 'create', path: 'waits', file_text: 'x' }), /^error: .*not a regular file/);
    },
  },
  {
    id: 'edit-read-only',
    tries: 'Change a file from a role that may only look',
    outcome: 'Refused.',
    async run({ worktree }, call) {
      assert.match(await call({ command: 'create', path: 'by-reader', file_text: 'x' }, true), /^error: /);
      assert.ok(!existsSync(join(worktree, 'by-reader')));
    },
  },
  {
    id: 'edit-hard-link',
    tries: 'Write through a hard link to a file outside (which no command can make)',
    outcome: 'The name gets a new file; the one outside keeps its content.',
    async run({ worktree, outside, canary }, call) {
      linkSync(join(outside, 'secret'), join(worktree, 'second-name'));
      await call({ command: 'create', path: 'second-name', file_text: 'escaped' });
      assert.equal(readFileSync(join(outside, 'secret'), 'utf8'), `${canary}\n`);
      assert.equal(readFileSync(join(worktree, 'second-name'), 'utf8'), 'escaped');
    },
  },
  {
    id: 'edit-race',
    tries: 'Swap a folder and a link to a folder outside, again and again, while the tool works in it',
    outcome: 'The tool holds the folder that it found open and works in that one; a link in its place is refused.',
    async run(stage, call) {
      const { worktree, outside, canary } = stage;
      mkdirSync(join(worktree, 'swapped'));
      writeFileSync(join(worktree, 'swapped/secret'), 'inside\n');
      const stop = stage.swap(join(worktree, 'swapped'), outside);
      const before = readdirSync(outside);
      let refused = 0;
      try {
        for (let round = 0; round < 40; round++) {
          const answers = [
            await call({ command: 'view', path: 'swapped/secret' }),
            await call({ command: 'create', path: `swapped/new-${round}`, file_text: 'escaped' }),
          ];
          for (const answer of answers) {
            assert.ok(!answer.includes(canary));
            if (answer.startsWith('error: ')) refused += 1;
          }
          await nextTurn();
        }
      } finally {
        await stop();
      }
      assert.deepEqual(readdirSync(outside), before);
      assert.ok(refused > 0, 'the link was met at least once');
      rmSync(join(worktree, 'swapped'), { recursive: true, force: true });
    },
  },
];
