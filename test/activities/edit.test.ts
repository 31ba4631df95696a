import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createEditActivities } from '../../activities/tools/edit.ts';
import type { HostToolInput, HostToolResult } from '../../activities/tools/host-tool.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { createDatabase } from '../support/database.ts';
import { PLACE_INJECTIONS } from '../support/injections/places.ts';
import { textOf } from '../support/terminal.ts';
import { addToolCall, storedCall } from '../support/tool-call.ts';

const database = await createDatabase();
const { db } = database;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'edit-')));
const worktree = join(folder, 'worktree');
mkdirSync(worktree);
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

const { edit } = createEditActivities({ db, host: { stateDir: join(folder, 'state'), host: 'test' } });
const add = (input: unknown, readOnly = false) =>
  addToolCall(db, { name: 'str_replace_based_edit_tool', input, worktree, readOnly });
const run = (call: HostToolInput) =>
  new MockActivityEnvironment().run<[HostToolInput], HostToolResult, typeof edit>(edit, call);
async function say(input: unknown, readOnly = false): Promise<string> {
  const call = await add(input, readOnly);
  const { isError } = await run(call);
  return `${isError ? 'error: ' : ''}${(await storedCall(db, call)).output}`;
}
const inTree = (path: string) => join(worktree, path);
const forget = (call: HostToolInput) =>
  db
    .updateTable('tool_calls')
    .set({ output: null, is_error: null, finished_at: null })
    .where('tool_use_id', '=', call.toolUseId)
    .execute();

test('creates files with their folders, replaces, inserts and views, by absolute and relative paths', async () => {
  assert.match(
    await say({ command: 'create', path: 'src/deep/a.txt', file_text: 'one\ntwo $& 😀\nthree\n' }),
    /is written/,
  );
  assert.match(
    await say({ command: 'str_replace', path: inTree('src/deep/a.txt'), old_str: 'two', new_str: '$& $1\n2' }),
    /\n {5}2\t\$& \$1\n {5}3\t2 \$& 😀\n/,
  );
  assert.match(
    await say({ command: 'insert', path: 'src/deep/a.txt', insert_line: 0, insert_text: 'zero' }),
    /1\tzero/,
  );
  assert.equal(textOf(inTree('src/deep/a.txt')), 'zero\none\n$& $1\n2 $& 😀\nthree\n');
  assert.equal(
    await say({ command: 'view', path: 'src/deep/a.txt', view_range: [4, -1] }),
    '     4\t2 $& 😀\n     5\tthree',
  );
  assert.match(await say({ command: 'view', path: worktree }), /:\nsrc\/\nsrc\/deep\/$/);
  assert.deepEqual(readdirSync(inTree('src/deep')), ['a.txt']);
});

test('keeps the mode of a file, and leaves out new_str means to remove', async () => {
  writeFileSync(inTree('run.sh'), '#!/bin/sh\nexit 1\n');
  chmodSync(inTree('run.sh'), 0o755);
  await say({ command: 'str_replace', path: 'run.sh', old_str: 'exit 1\n' });
  assert.equal(textOf(inTree('run.sh')), '#!/bin/sh\n');
  assert.equal(statSync(inTree('run.sh')).mode & 0o777, 0o755);
});

test('nothing outside the worktree is read or written, by whatever way', async () => {
  writeFileSync(join(folder, 'secret'), 'secret');
  symlinkSync(join(folder, 'secret'), inTree('link'));
  symlinkSync(folder, inTree('up'));
  symlinkSync(join(folder, 'not-there'), inTree('dangling'));
  writeFileSync(inTree('.git'), 'gitdir: elsewhere');
  for (const path of [
    '../secret',
    join(folder, 'secret'),
    '/etc/passwd',
    'link',
    'up/secret',
    'dangling',
    '.git',
    '.',
  ]) {
    const written = await say({ command: 'create', path, file_text: 'changed' });
    assert.match(written, /^error: /, path);
    if (path !== '.') assert.match(await say({ command: 'view', path }), /^error: /, path);
  }
  assert.equal(textOf(join(folder, 'secret')), 'secret');
  assert.equal(textOf(join(folder, 'not-there')), undefined);
  symlinkSync('src', inTree('inside'));
  assert.match(await say({ command: 'create', path: 'inside/b.txt', file_text: 'b' }), /src\/b\.txt is written/);
});

test('says what is wrong and what to do', async () => {
  writeFileSync(inTree('twice.txt'), 'same\nother\nsame\r\n');
  writeFileSync(inTree('binary'), Buffer.from([1, 0, 2]));
  writeFileSync(inTree('latin1'), Buffer.from([0xe9]));
  const cases: [unknown, RegExp][] = [
    [{ command: 'str_replace', path: 'twice.txt', old_str: 'same', new_str: '' }, /lines 1, 3/],
    [{ command: 'str_replace', path: 'twice.txt', old_str: 'none', new_str: '' }, /copy the text exactly/],
    [{ command: 'str_replace', path: 'twice.txt', old_str: 'same\n\n', new_str: '' }, /copy the text exactly/],
    [{ command: 'str_replace', path: 'twice.txt', old_str: 'other\nsame\n', new_str: '' }, /\\r\\n/],
    [{ command: 'str_replace', path: 'nope.txt', old_str: 'a', new_str: '' }, /does not exist/],
    [{ command: 'insert', path: 'twice.txt', insert_line: 9, insert_text: 'a' }, /from 0 .* to 3/],
    [{ command: 'insert', path: 'twice.txt', insert_line: 1 }, /insert_text/],
    [{ command: 'view', path: 'twice.txt', view_range: [9, 10] }, /lines 1 to 3/],
    [{ command: 'view', path: 'binary' }, /binary/],
    [{ command: 'str_replace', path: 'latin1', old_str: 'a', new_str: 'b' }, /not UTF-8/],
    [{ command: 'create', path: 'twice.txt/x', file_text: '' }, /has a file where/],
    [{ command: 'undo_edit', path: 'twice.txt' }, /view, create, str_replace, insert/],
    [{ path: 'twice.txt' }, /Wrong input/],
    [null, /Wrong input/],
  ];
  for (const [input, expected] of cases) {
    const answer = await say(input);
    assert.match(answer, /^error: /);
    assert.match(answer, expected);
  }
});

test('a role that may only look can view and nothing else', async () => {
  assert.match(await say({ command: 'create', path: 'no.txt', file_text: '' }, true), /^error: You may only look/);
  assert.equal(textOf(inTree('no.txt')), undefined);
  writeFileSync(inTree('yes.txt'), '');
  assert.equal(await say({ command: 'view', path: 'yes.txt' }, true), '(the file is empty)');
});

test('a retry knows whether the edit was applied', async () => {
  writeFileSync(inTree('retry.txt'), 'a\n');
  const call = await add({ command: 'insert', path: 'retry.txt', insert_line: 0, insert_text: 'a' });
  await run(call);
  const answer = (await storedCall(db, call)).output;
  await forget(call);
  await run(call);
  assert.equal(textOf(inTree('retry.txt')), 'a\na\n');
  assert.equal((await storedCall(db, call)).output, answer);

  // Journaled but not applied.
  writeFileSync(inTree('retry.txt'), 'a\n');
  await forget(call);
  await run(call);
  assert.equal(textOf(inTree('retry.txt')), 'a\na\n');

  writeFileSync(inTree('retry.txt'), 'somebody else\n');
  await forget(call);
  assert.equal((await run(call)).isError, true);
  assert.match((await storedCall(db, call)).output ?? '', /was interrupted/);
  assert.equal(textOf(inTree('retry.txt')), 'somebody else\n');

  // Without its journal nobody knows, so it is not applied a second time.
  rmSync(join(folder, 'state/hosts/test/journal'), { recursive: true });
  await forget(call);
  assert.equal((await run(call)).isError, true);
  assert.match((await storedCall(db, call)).output ?? '', /may or may not be applied/);
  assert.equal(textOf(inTree('retry.txt')), 'somebody else\n');
});

for (const { id, order, input, readOnly = false, answer } of PLACE_INJECTIONS) {
  test(`obeyed: ${id}: ${order}`, async () => {
    const outside = join(folder, 'outside');
    const link = inTree('link');
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, 'secret'), 'a secret of somebody else\n');
    writeFileSync(inTree('a.ts'), 'good\n');
    rmSync(link, { force: true });
    symlinkSync(outside, link);
    const path = (input.path ?? '').replace('OUTSIDE', outside);
    const said = await say({ ...input, path }, readOnly);
    assert.match(said, /^error: /);
    assert.match(said, answer);
    assert.ok(!said.includes('somebody else'));
    assert.deepEqual([readdirSync(outside), textOf(inTree('a.ts'))], [['secret'], 'good\n']);
  });
}
