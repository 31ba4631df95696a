/** The order of a transcript, its errors, and what is found in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolCall } from '../../web/data/transcript-pages.ts';
import { blocksOf } from '../../web/parts/blocks.ts';
import {
  briefPreview,
  errorsIn,
  indexOfTurn,
  nextRow,
  positionWords,
  rowsOf,
  rowsWith,
  textOf,
} from '../../web/parts/transcript-rows.ts';
import { aTurn } from '../support/api-answers.ts';

const call = (more: Partial<ToolCall> = {}): ToolCall => ({
  id: 'toolu_1',
  name: 'bash',
  input: { command: 'npm test' },
  output: 'Fine',
  truncated: false,
  isError: false,
  exitCode: 0,
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:00:01.000Z',
  ...more,
});

test('each brief stands before the turn that answers it, and the newest may have no answer yet', () => {
  const briefs = [1, 3, 4].map((number) => ({ turn: number, kind: 'review', body: '' }));
  const rows = rowsOf({ briefs, turns: [aTurn(1), aTurn(2), aTurn(3)] });
  assert.deepEqual(
    rows.map((row) => `${row.kind} ${row.turn}`),
    ['brief 1', 'turn 1', 'turn 2', 'brief 3', 'turn 3', 'brief 4'],
  );
  assert.equal(new Set(rows.map((row) => row.key)).size, rows.length);
  assert.equal(indexOfTurn(rows, 3), 4);
  assert.equal(indexOfTurn(rows, 4), -1);
  assert.equal(indexOfTurn(rows, undefined), -1);
});

test('turns with a failed call or an answer that was cut off are errors', () => {
  const turns = [
    aTurn(1, { toolCalls: [call()] }),
    aTurn(2, { toolCalls: [call(), call({ id: 'toolu_2', isError: true, exitCode: null })] }),
    aTurn(3, { stopReason: 'max_tokens' }),
    aTurn(4, { toolCalls: [call({ output: null, isError: null, exitCode: null })] }),
  ];
  assert.deepEqual(errorsIn(rowsOf({ briefs: [], turns })), [1, 2]);
});

test('the next place goes round, in both directions', () => {
  assert.equal(nextRow([2, 5], -1, 1), 2);
  assert.equal(nextRow([2, 5], 2, 1), 5);
  assert.equal(nextRow([2, 5], 5, 1), 2);
  assert.equal(nextRow([2, 5], 5, -1), 2);
  assert.equal(nextRow([2, 5], 2, -1), 5);
  assert.equal(nextRow([], 2, 1), undefined);
});

test('where one stands among the rows found', () => {
  assert.equal(positionWords([2, 5], 5, 'row'), '2 of 2 rows');
  assert.equal(positionWords([2], 5, 'place'), '1 place');
  assert.equal(positionWords([], -1, 'turn with errors', 'turns with errors'), '0 turns with errors');
});

test('words are found in texts, thoughts, commands, outputs and briefs, in any case', () => {
  const rows = rowsOf({
    briefs: [{ turn: 1, kind: 'implement', body: 'Round totals' }],
    turns: [
      aTurn(1, { content: [{ type: 'text', text: 'I look' }] }),
      aTurn(2, { content: [{ type: 'thinking', thinking: 'ROUND once' }] }),
      aTurn(3, { toolCalls: [call({ input: { command: 'grep round' } })] }),
      aTurn(4, { toolCalls: [call({ output: 'Background' })] }),
    ],
  });
  assert.deepEqual(rowsWith(rows.map(textOf), ' round '), [0, 2, 3, 4]);
  assert.deepEqual(rowsWith(rows.map(textOf), ' '), []);
});

test('a call stands where the answer made it, with its stored input instead of the one that may hold a secret', () => {
  const content = [
    { type: 'tool_use', id: 'toolu_1', name: 'bash', input: { command: 'curl -H secret' } },
    { type: 'text', text: 'and' },
    { type: 'tool_use', id: 'toolu_2', name: 'bash', input: { command: 'ls' } },
  ];
  const stored = call({ input: { command: 'curl -H [hidden]' } });
  const blocks = blocksOf({ content, toolCalls: [stored, call({ id: 'toolu_9' })] });
  assert.deepEqual(
    blocks.map((block) => (block.kind === 'call' ? block.call.id : block.kind)),
    ['toolu_1', 'text', 'toolu_2', 'toolu_9'],
  );
  assert.equal(blocks[0]?.kind === 'call' && blocks[0].call, stored);
});

test('hidden thoughts are said to be there, empty texts are not, and unknown blocks are shown as they are', () => {
  const content = [
    { type: 'redacted_thinking', data: 'x' },
    { type: 'thinking', thinking: '', signature: 'x' },
    { type: 'text', text: ' ' },
    { type: 'server_tool_use', name: 'search' },
    null,
  ];
  assert.deepEqual(
    blocksOf({ content, toolCalls: [] }).map(({ kind }) => kind),
    ['thinking', 'thinking', 'other'],
  );
  assert.deepEqual(blocksOf({ content: 'broken', toolCalls: [] }), []);
});

test('a brief is announced by its first words', () => {
  assert.equal(briefPreview('<round kind="plan">\n\n  Plan this.\n</round>'), 'Plan this.');
  assert.equal(briefPreview('<round>\n</round>'), '');
});
