/** A sample of the message cases: what is said to a worker process that has just started must not spoil the history. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { LIVES, playRound, STATES } from './message-round.ts';
import { ROWS } from './message-rows.ts';
import { openMessageStage } from './message-stage.ts';
import { SCRIPT } from './scenes.ts';

const stage = await openMessageStage();
after(() => stage.close());
stage.play(SCRIPT);

const SAMPLE = ['update resume (paused)', 'signal pause (plan)'];

test('messages around two kills of the worker process leave histories that replay, and an epic that answers', async () => {
  const rows = ROWS.filter(({ name }) => SAMPLE.includes(name));
  const wanted = rows.flatMap((row) => STATES.map((state) => ({ row, state })));
  const cases = await playRound(stage, LIVES[3], wanted);
  const problems = cases.map(({ row, state, problems }) => `${row.name}, ${state}: ${problems.join('; ') || 'fine'}`);
  assert.deepEqual(
    problems.filter((line) => !line.endsWith(': fine')),
    [],
  );
});
