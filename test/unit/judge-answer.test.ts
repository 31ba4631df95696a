/** What an agent does with each kind of answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  badPlansAfter,
  batches,
  isFinishing,
  isTalking,
  noteAfter,
  planRefused,
  readOutcome,
} from '../../workflows/agent/judge-answer.ts';
import type { ToolCallRef } from '../../workflows/contract/transcript.ts';

const call = (id: string, readOnly: boolean): ToolCallRef => ({
  id,
  name: 'bash',
  summary: id,
  readOnly,
});

test('neighbours that only read go side by side, the rest in order', () => {
  const calls = [call('r1', true), call('r2', true), call('w1', false), call('w2', false), call('r3', true)];
  assert.deepEqual(
    batches(calls).map((batch) => batch.map(({ id }) => id)),
    [['r1', 'r2'], ['w1'], ['w2'], ['r3']],
  );
});

test('a tool is talking, finishing or neither, whatever its name', () => {
  const kinds = ['log_decision', 'submit_work', 'bash', 'toString', '__proto__'].map((name) => ({
    ...call('x', false),
    name,
  }));
  assert.deepEqual(
    kinds.map((one) => [isTalking(one), isFinishing(one)]),
    [
      [true, false],
      [false, true],
      [false, false],
      [false, false],
      [false, false],
    ],
  );
});

test('an answer without a tool is nudged three times, then it is over', () => {
  assert.equal(noteAfter('end_turn', { nudges: 2, compactions: 0 }), 'nudge');
  assert.equal(noteAfter('end_turn', { nudges: 3, compactions: 0 }), undefined);
  assert.equal(noteAfter('max_tokens', { nudges: 0, compactions: 0 }), 'cut-off');
  assert.equal(noteAfter('pause_turn', { nudges: 3, compactions: 0 }), 'continue');
  assert.equal(noteAfter('refusal', { nudges: 0, compactions: 0 }), undefined);
  assert.equal(noteAfter('model_context_window_exceeded', { nudges: 0, compactions: 1 }), 'compact');
  assert.equal(noteAfter('model_context_window_exceeded', { nudges: 0, compactions: 2 }), undefined);
});

test('a finishing call that does not fit says what to mend', () => {
  const bad = readOutcome({
    ...call('x', false),
    name: 'submit_plan',
    input: { tasks: [{ key: 'a', title: 'A', dependsOn: ['a'] }] },
  });
  assert.ok('problem' in bad && /wait for each other: a/.test(bad.problem) && /submit_plan/.test(bad.problem));
  const good = readOutcome({ ...call('x', false), name: 'submit_work', input: { summary: 's', commitMessage: 'm' } });
  assert.deepEqual(good, { outcome: { kind: 'work', summary: 's', commitMessage: 'm' } });
});

test('an answer with refused plans counts once, other work between two does not start the count again', () => {
  const plan = { ...call('x', false), name: 'submit_plan', input: { tasks: [] } };
  assert.equal(badPlansAfter(1, [plan, plan]), 2);
  assert.equal(badPlansAfter(2, []), 2);
  assert.match(
    planRefused([plan]),
    /^3 plans in a row were refused, the last one because of tasks: .*at least one task/,
  );
});
