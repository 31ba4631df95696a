/** Agents that continue as new between their turns, tools and mails: nothing is lost or done twice. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TurnResult } from '../../activities/agent/take-turn.ts';
import { storeMail } from '../../db/writes/mail.ts';
import { storeTurn } from '../support/stored-turns.ts';
import { waitFor } from '../support/wait-for.ts';
import { answer, submitWork, tasks } from './answers.ts';
import { countRuns } from './runs.ts';
import { openStage } from './stage.ts';

const stage = await openStage({
  suggestContinueAsNewAt: 60,
  settings: { limits: { attempts: 2, rounds: 2, turns: 30 } },
});
after(() => stage.close());
const runsOf = countRuns(stage.client);

test('an agent of many turns takes each turn once, whatever run it is in', async () => {
  const seen: string[] = [];
  stage.play({
    takeTurn: ({ purpose, turn, note }): TurnResult | undefined => {
      if (purpose !== 'implement') return undefined;
      seen.push(`${turn}${note === undefined ? '' : ` ${note}`}`);
      if (turn === 10) return answer();
      return turn === 20 ? submitWork : answer({ name: 'bash' });
    },
  });
  await (await stage.start('turns', { title: 'Turns', tasks: tasks({ many: [] }) })).result();
  const expected = Array.from({ length: 20 }, (_, i) => (i === 10 ? '11 nudge' : `${i + 1}`));
  assert.deepEqual(seen, expected);
  assert.equal(stage.log.filter((line) => line === 'bash turns.many.implement.1').length, 18);
  assert.ok((await runsOf('agent-turns.many.implement.1')) > 1, 'the agent continued as new');
});

test('an agent that is paused between the tools of one answer runs the rest of them in its next run', async () => {
  const firstRuns = Promise.withResolvers<void>();
  const paused = Promise.withResolvers<void>();
  const seen = new Set<string>();
  const turns: number[] = [];
  const { toolCalls } = submitWork as Extract<TurnResult, { kind: 'answer' }>;
  stage.play({
    takeTurn: ({ purpose, turn }): TurnResult | undefined => {
      if (purpose !== 'implement') return undefined;
      turns.push(turn);
      return answer(
        { name: 'bash', id: 'first' },
        { name: 'bash', id: 'second' },
        { ...toolCalls[0], name: 'submit_work', id: 'hand-in' },
      );
    },
    bash: async ({ toolUseId }) => {
      seen.add(toolUseId);
      firstRuns.resolve();
      await paused.promise;
    },
  });
  const handle = await stage.start('between', { title: 'Between', tasks: tasks({ tools: [] }) });
  await firstRuns.promise;
  const agent = 'agent-between.tools.implement.1';
  await stage.update('between', 'pause', {});
  await waitFor(
    async () => (await stage.client.workflow.getHandle(agent).query<{ paused: boolean }, []>('status')).paused,
  );
  paused.resolve();
  const { runId } = await stage.client.workflow.getHandle(agent).describe();
  const run = stage.client.workflow.getHandle(agent, runId);
  // It continues as new, or is parked by its task.
  await waitFor(
    async () => {
      await run.signal('noise').catch(() => undefined);
      return (await run.describe()).status.name !== 'RUNNING';
    },
    { timeoutMs: 20_000 },
  );
  assert.deepEqual([...seen], ['first']);
  await stage.update('between', 'resume', {});
  await handle.result();
  assert.deepEqual([...seen], ['first', 'second']);
  assert.deepEqual([...new Set(turns)], [1], 'the work of the first answer was handed in');
});

test('an Orchestrator that answers mail goes on in the next run of its epic', async () => {
  const [isParked, hasGoneOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const note = { name: 'log_decision', input: { decision: 'Keep the format', reasoning: 'It was asked.' } };
  stage.play({
    takeTurn: async (input) => {
      const { purpose, turn } = input;
      if (purpose === 'review') return undefined;
      if (turn === 1) await isParked.promise;
      if (purpose === 'correspond') {
        if (turn === 2) hasGoneOn.resolve();
        return storeTurn(stage.db, input, () => (turn === 1 ? [note] : []));
      }
      if (turn === 2) await hasGoneOn.promise;
      return turn === 1 ? answer({ name: 'bash' }) : submitWork;
    },
  });
  const handle = await stage.start('mailed', { title: 'Mailed', tasks: tasks({ only: [] }) });
  await waitFor(() => stage.log.includes('turn 1 of mailed.only.implement.1'));
  await stage.db.transaction().execute((trx) =>
    storeMail(trx, {
      ...{ id: 'mailed/1', epicId: 'mailed', kind: 'mail', sender: 'human', recipient: 'orchestrator' },
      ...{ subject: 'Format', body: 'Which?' },
    }),
  );
  await handle.signal('mailArrived', {});
  await waitFor(() => stage.log.includes('turn 1 of mailed.epic.correspond.1'));
  for (let i = 0; i < 60; i += 1) await handle.signal('nonsense');
  isParked.resolve();
  await handle.result();
  assert.ok((await runsOf('epic-mailed')) > 1, 'the epic continued as new');
  const turns = stage.log.filter((line) => /^turn \d+ of mailed\.epic\.correspond/.test(line));
  assert.deepEqual(
    turns,
    [1, 2].map((turn) => `turn ${turn} of mailed.epic.correspond.1`),
  );
});
