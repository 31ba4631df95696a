/** Which turns of a transcript are read, and how pages become one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinPage, settledTurn, type Transcript, type Turn } from '../../web/data/transcript-pages.ts';
import { aTurn } from '../support/api-answers.ts';

const turn = (number: number, text = ''): Turn =>
  aTurn(number, { content: [{ type: 'text', text }], stopReason: 'end_turn' });
const brief = (number: number, body = 'b') => ({ turn: number, kind: 'implement', body });
const page = (more: Partial<Transcript>): Transcript => ({
  id: 'a.b.implement.1',
  epicId: 'a',
  taskKey: 'b',
  purpose: 'implement',
  attempt: 1,
  compactedBeforeTurn: 1,
  forkedFrom: null,
  briefs: [],
  turns: [],
  next: null,
  ...more,
});
const numbers = ({ turns }: Transcript) => turns.map((one) => one.turn);

test('a transcript that nobody read yet is read from its beginning', () => {
  assert.equal(settledTurn(undefined), 0);
  assert.equal(settledTurn(page({})), 0);
});

test('the last two turns are read again, since their results may have come, and none before them', () => {
  assert.equal(settledTurn(page({ turns: [1, 2].map((n) => turn(n)) })), 0);
  assert.equal(settledTurn(page({ turns: [1, 2, 3, 4, 5].map((n) => turn(n)) })), 3);
});

test('a fork begins with a later turn than the first', () => {
  assert.equal(settledTurn(page({ turns: [46, 47, 48].map((n) => turn(n)) })), 46);
});

test('pages follow each other without gap or repeat', () => {
  const first = joinPage(undefined, page({ turns: [turn(1), turn(2)], briefs: [brief(1)], next: 2 }), 0);
  const both = joinPage(first, page({ turns: [turn(3)], briefs: [brief(3), brief(4)] }), 2);
  assert.deepEqual(numbers(both), [1, 2, 3]);
  assert.deepEqual(
    both.briefs.map((one) => one.turn),
    [1, 3, 4],
  );
  assert.equal(both.next, null);
});

test('what is read again takes the place of what was known, and what is settled stays the same object', () => {
  const known = page({ turns: [turn(1), turn(2), turn(3, 'before')], briefs: [brief(1), brief(3, 'before')] });
  const after = settledTurn(known);
  assert.equal(after, 1);
  const read = page({ turns: [turn(2), turn(3, 'after'), turn(4)], briefs: [brief(3, 'after')] });
  const joined = joinPage(known, read, after);
  assert.deepEqual(numbers(joined), [1, 2, 3, 4]);
  assert.equal(joined.turns[0], known.turns[0]);
  assert.deepEqual(joined.turns[2], turn(3, 'after'));
  assert.deepEqual(joined.briefs, [brief(1), brief(3, 'after')]);
});
