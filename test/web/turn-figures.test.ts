/** Tokens, cache, cost and time of turns. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolCall, Turn } from '../../web/data/transcript-pages.ts';
import {
  cacheShare,
  inputOf,
  percent,
  shortNumber,
  shortSpan,
  tokensOf,
  toolsMs,
  totalsOf,
} from '../../web/parts/turn-figures.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();
const call = (from: number | null, to: number | null, isError = false): ToolCall => ({
  id: `${from}`,
  name: 'bash',
  input: {},
  output: to === null ? null : '',
  truncated: false,
  isError,
  exitCode: null,
  startedAt: from === null ? null : at(from),
  finishedAt: to === null ? null : at(to),
});
const turn = (toolCalls: readonly ToolCall[], usage: unknown): Turn => ({
  turn: 1,
  model: 'claude-test',
  content: [],
  stopReason: 'tool_use',
  usage,
  costUsd: 0.25,
  startedAt: at(0),
  finishedAt: at(3),
  checkpoint: null,
  toolCalls: [...toolCalls],
});
const USAGE = {
  input_tokens: 100,
  cache_read_input_tokens: 800,
  cache_creation_input_tokens: 100,
  output_tokens: 50,
};

test('the share of the cache is of all that was read', () => {
  const tokens = tokensOf(USAGE);
  assert.equal(inputOf(tokens), 1_000);
  assert.equal(cacheShare(tokens), 0.8);
});

test('a usage that says nothing counts as nothing, and has no share', () => {
  for (const usage of [null, undefined, 'x', {}, { input_tokens: null, output_tokens: -1 }]) {
    assert.deepEqual(tokensOf(usage), { fresh: 0, cacheRead: 0, cacheWrite: 0, output: 0 });
    assert.equal(cacheShare(tokensOf(usage)), undefined);
  }
});

test('tools that ran side by side count once', () => {
  assert.equal(toolsMs(turn([call(3, 10), call(4, 7)], {})), 7_000);
  assert.equal(toolsMs(turn([call(null, null)], {})), 0);
  assert.equal(toolsMs(turn([], {})), 0);
});

test('totals are the sums of all turns', () => {
  assert.deepEqual(totalsOf([turn([call(3, 5), call(5, 6, true)], USAGE), turn([], USAGE)]), {
    turns: 2,
    calls: 2,
    failedCalls: 1,
    costUsd: 0.5,
    modelMs: 6_000,
    toolsMs: 3_000,
    fresh: 200,
    cacheRead: 1_600,
    cacheWrite: 200,
    output: 100,
  });
});

test('numbers are short, and a share is whole only when all or nothing is meant', () => {
  assert.deepEqual([950, 12_345, 999_949, 999_950, 1_234_567].map(shortNumber), [
    '950',
    '12.3k',
    '999.9k',
    '1.0M',
    '1.2M',
  ]);
  assert.deepEqual([0, 0.001, 0.944, 0.999, 1].map(percent), ['0 %', '1 %', '94 %', '99 %', '100 %']);
  assert.deepEqual([800, 9_999, 61_000].map(shortSpan), ['0.8 s', '10.0 s', '1 min']);
});
