/** What a question to people says of files that only Workers' trees have. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fewIgnored, ignoredOfTasks, ignoredWords } from '../../workflows/ignored-files.ts';

const logs = Array.from({ length: 19 }, (_, n) => `build/a-folder-with-a-long-name/${'x'.repeat(150)}${n}.log`);

test('a question names five files, what is no log first, and where all of them are', () => {
  const words = ignoredWords({ names: [...logs, 'lib/a.js'], total: 47 }, '/w/slugs');
  assert.match(words, /so it is not merged: lib\/a\.js, …x+0\.log, .* and 42 more \(all: git -C \/w\/slugs status /);
  assert.equal(words.match(/\.log/g)?.length, 4);
  assert.ok(words.length < 600, words);
  assert.equal(
    ignoredWords({ names: ['a.log', 'b.js'], total: 2 }, '/w/slugs'),
    'The Worker’s worktree also holds what git ignores, so it is not merged: b.js, a.log.',
  );
});

test('an epic’s question names no more, however many tasks left some', () => {
  const tasks = Array.from({ length: 12 }, (_, n) => ({
    key: `task-${n}`,
    ignored: fewIgnored({ names: n === 11 ? ['lib/a.js'] : logs, total: n === 11 ? 1 : 19 }),
  }));
  const words = ignoredOfTasks(tasks);
  assert.match(words, /^The worktrees of task-0, task-1, task-2, task-3, task-4 and 7 more also hold what git ignores/);
  assert.match(words, /merged: lib\/a\.js, .* and 205 more\.$/);
  assert.ok(words.length < 700, words);
  assert.equal(ignoredOfTasks([]), '');
});
