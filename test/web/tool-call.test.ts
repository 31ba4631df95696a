/** Tool calls in words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOf, inputParts, outcomeOf, sizeOf, summaryOf } from '../../web/parts/tool-call.ts';

const EDIT = 'str_replace_based_edit_tool';

test('one line says what a call asks for', () => {
  const cases: [string, unknown, string][] = [
    ['bash', { command: 'npm test' }, 'npm test'],
    ['bash', { command: 'cd web\nnpm i\nnpm test\n' }, 'cd web … 2 more lines'],
    ['bash', { restart: true }, 'restarts the shell'],
    [EDIT, { command: 'create', path: 'a.ts', file_text: 'x' }, 'create a.ts'],
    [EDIT, { command: 'view', path: 'a.ts', view_range: [3, -1] }, 'view a.ts, lines 3 to the end'],
    ['submit_plan', { tasks: [{}, {}] }, '2 tasks'],
    ['submit_work', { commitMessage: 'Round once\n\nTwice loses cents.' }, 'Round once … 2 more lines'],
    ['submit_work', { commitMessage: 'x', nothingToDo: 'total() rounds' }, 'nothing to do: total() rounds'],
    ['submit_review', { verdict: 'request_changes', summary: 'It rounds twice.' }, 'request changes: It rounds twice.'],
    ['unknown_tool', { a: 1 }, '{"a":1}'],
    ['bash', { command: 7 }, '{"command":7}'],
    ['bash', null, 'null'],
    ['bash', undefined, ''],
  ];
  for (const [name, input, words] of cases) assert.equal(summaryOf({ name, input }), words);
  assert.equal(summaryOf({ name: 'bash', input: { command: 'x'.repeat(500) } }).length, 160);
});

test('long and many-lined fields of the input are blocks, the others fit into a line', () => {
  assert.deepEqual(inputParts({ path: 'a.ts', old_str: 'a\nb', view_range: [1, 2] }), [
    { label: 'path', text: 'a.ts', isShort: true },
    { label: 'old str', text: 'a\nb', isShort: false },
    { label: 'view range', text: '[1,2]', isShort: true },
  ]);
  assert.deepEqual(inputParts('text'), [{ label: 'input', text: 'text', isShort: true }]);
});

test('nested input reads as a list, with the lines of its texts', () => {
  const comments = [
    { path: 'a.ts', line: 3, body: 'Rounds twice.\nRound once.' },
    { path: 'b.ts', body: 'No.', seen: ['twice'], notes: [] },
  ];
  assert.equal(
    inputParts({ comments })[0]?.text,
    [
      '- path: a.ts',
      '  line: 3',
      '  body:',
      '    Rounds twice.',
      '    Round once.',
      '- path: b.ts',
      '  body: No.',
      '  seen:',
      '    - twice',
      '  notes:',
    ].join('\n'),
  );
});

const state = { isError: null, exitCode: null, output: null, startedAt: null, finishedAt: null };
const call = { id: 'x', name: 'bash', input: {}, truncated: false, ...state };

test('how a call stands', () => {
  assert.equal(outcomeOf(call, false), 'not started');
  assert.equal(outcomeOf({ ...call, startedAt: 'x' }, false), 'running');
  assert.equal(outcomeOf({ ...call, startedAt: 'x' }, true), 'no result');
  assert.equal(outcomeOf({ ...call, output: '', isError: false }, true), 'done');
  assert.equal(outcomeOf({ ...call, output: '', isError: true, exitCode: 2 }, true), 'exit 2');
  assert.equal(outcomeOf({ ...call, output: '', isError: true }, true), 'error');
});

test('sizes are in the unit that fits', () => {
  assert.equal(sizeOf('a\nb\n'), '4 B, 2 lines');
  assert.equal(sizeOf('x'.repeat(3_400)), '3.4 kB, 1 line');
  assert.equal(sizeOf('x'.repeat(2_000_000)), '2.0 MB, 1 line');
});

test('the end of an output is its last lines that say something', () => {
  assert.equal(endOf('1\n2\n3\n\n[exit code 1]\n'), '2\n3\n[exit code 1]');
});
