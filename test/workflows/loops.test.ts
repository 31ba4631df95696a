/** Agents that go in a circle: told once, then ended with the loop's name, and replaced. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TurnResult } from '../../activities/agent/take-turn.ts';
import { answer, oneTask, submitWork } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage({ settings: { limits: { attempts: 1, rounds: 1, turns: 40 } } });
after(() => stage.close());

const turnsOf = (agentId: string) =>
  stage.log.filter((line) => line.startsWith('turn ') && line.includes(` of ${agentId}`));
const command = (mark: string) => answer({ name: 'bash', mark });

test('the same call with the same result is told once, then it ends the agent by name', async () => {
  stage.play({
    takeTurn: ({ purpose }) => (purpose === 'implement' ? command('same') : undefined),
    shortHash: () => 'same',
  });
  await stage.start('circle', oneTask('again'));
  const { question } = await stage.asked('circle', 'failed-task');
  assert.match(question, /repeated the same steps after it was warned: it made the same calls with the same results/);
  const told = turnsOf('circle.again.implement.1').map((line) => line.split(': ')[1]);
  assert.deepEqual(told, [undefined, undefined, undefined, undefined, 'same-action', undefined, undefined, undefined]);
  await stage.handle('circle').cancel();
  await assert.rejects(stage.handle('circle').result());
});

test('a warning about a loop goes before the compaction of a full window', async () => {
  const full = { ...command('same'), stopReason: 'model_context_window_exceeded' } as TurnResult;
  stage.play({
    takeTurn: ({ purpose, turn }) => {
      if (purpose !== 'implement') return undefined;
      return turn <= 4 ? (turn === 4 ? full : command('same')) : submitWork;
    },
    shortHash: () => 'same',
  });
  await (await stage.start('warned', oneTask('first'))).result();
  assert.equal(turnsOf('warned.first.implement.1').at(-1)?.split(': ')[1], 'same-action');
});

test('a turn that another model took is told, and so is the return', async () => {
  stage.play({
    takeTurn: ({ purpose, turn }) => {
      if (purpose !== 'implement') return undefined;
      if (turn === 4) return submitWork;
      return turn === 1
        ? command('a')
        : ({ ...command(`${turn}`), ...(turn === 2 ? { model: 'other' } : {}) } as TurnResult);
    },
  });
  await (await stage.start('falls', oneTask('back'))).result();
  const told = await stage.db
    .selectFrom('decision_log')
    .select('decision')
    .where('epic_id', '=', 'falls')
    .where('decision', 'like', 'turn %')
    .orderBy('at')
    .orderBy('id')
    .execute();
  assert.deepEqual(
    told.map(({ decision }) => decision.replace(/by \S+( again)?$/, 'by …$1')),
    ['turn 2 is taken by …', 'turn 3 is taken by … again'],
  );
});

test('whoever waits and sees something new each time may go on, and so may one that leaves its loop when told', async () => {
  let looks = 0;
  stage.play({
    takeTurn: ({ purpose, turn, note }) => {
      if (purpose !== 'implement') return undefined;
      return note !== undefined || turn > 20 ? submitWork : command('look');
    },
    shortHash: ({ agentId }) => (agentId.startsWith('poll') ? `${++looks}` : 'same'),
  });
  await Promise.all(['polls', 'leaves'].map(async (id) => (await stage.start(id, oneTask('waits'))).result()));
  assert.equal(turnsOf('polls.waits.implement.1').length, 21);
  assert.equal(turnsOf('leaves.waits.implement.1').length, 5);
});
