/** Merges that outlive a run: moved bases, settled conflicts and questions continue in the next run of epic or task. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { lineWorkflowId } from '../../db/line-id.ts';
import { type LineStatus, lineStatusQuery } from '../../workflows/contract/line.ts';
import type { SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import { waitFor } from '../support/wait-for.ts';
import { answer, handInAtOnce, submitWork, tasks } from './answers.ts';
import { hang, patiently } from './names.ts';
import { countRuns, untilNextRun } from './runs.ts';
import { openStage } from './stage.ts';

const stage = await openStage({
  suggestContinueAsNewAt: 60,
  settings: { limits: { attempts: 2, rounds: 2, turns: 30 } },
});
after(() => stage.close());
const { merged } = stage;
const runsOf = countRuns(stage.client);

test('a base that moves before every merge fills no history, and after some tries a person is asked', async () => {
  let tries = 0;
  let isBusy = true;
  stage.play({
    takeTurn: handInAtOnce,
    mergePullRequest: () => {
      if (!isBusy) return;
      tries += 1;
      throw ApplicationFailure.nonRetryable('main is elsewhere', 'BaseMoved');
    },
  });
  const handle = await stage.start('busy', { title: 'Busy', tasks: tasks({ busy: [] }), requireApproval: [] });
  const { question, requestId } = await stage.asked('busy', 'question', 'busy');
  assert.match(question, /The base moved 10 times in a row/);
  assert.equal(tries, 10, 'counted across runs');
  assert.ok((await runsOf('epic-busy/task-busy')) > 3);
  isBusy = false;
  await stage.respond('busy', requestId, 'retry');
  await handle.result();
  assert.deepEqual(merged('busy'), ['busy']);
});

test('what a person is asked about a merge that is not as it was to be outlives the run', async () => {
  let byHand: Partial<SeenPullRequest> = {};
  stage.play({
    takeTurn: ({ purpose, taskKey }) => {
      if (purpose === 'implement') return submitWork;
      return taskKey === 'aside' ? hang() : undefined;
    },
    readPullRequest: (head) => (head.endsWith('/aside') ? byHand : undefined),
    mergedTree: (head) => (head.endsWith('/epic') ? 'another' : undefined),
    verify: (key) => key !== 'epic' || !stage.log.includes('merge factory/told/epic'),
  });
  const handle = await stage.start('told', { title: 'Told', tasks: tasks({ aside: [], next: ['aside'] }) });
  const stillAsked = async (taskKey?: string) => {
    const request = await stage.asked('told', 'question', taskKey);
    await untilNextRun(stage.client, 'told');
    assert.deepEqual(await stage.asked('told', 'question', taskKey), request);
    return request;
  };
  await waitFor(() => stage.log.includes('brief aside review'), { timeoutMs: 20_000 });
  byHand = { state: 'merged', mergedSha: 'b'.repeat(40), base: 'release' };
  const number = stage.pullRequests.get('factory/told/aside');
  await stage.client.workflow.getHandle('epic-told/task-aside').signal('pullRequestChanged', { number });
  const aside = await stillAsked('aside');
  assert.match(aside.question, /merged by hand into release/);
  await stage.respond('told', aside.requestId, 'done');
  const red = await stillAsked();
  assert.match(red.question, /main holds more than what was verified/);
  await stage.respond('told', red.requestId, 'done');
  await handle.result();
  assert.deepEqual(merged('told'), ['next', 'epic']);
  assert.match((await stage.epicRow('told'))?.phase ?? '', /^merged, but main holds more .* is red: verify$/);
});

test('a task that settles a conflict is waited for in its next run too, and not any more once that is cancelled', async () => {
  const gate = Promise.withResolvers<void>();
  let turns = 0;
  stage.play({
    takeTurn: async ({ purpose, taskKey }) => {
      const settles = purpose === 'implement' && taskKey === 'settler' && stage.log.includes('brief settler conflict');
      if (!settles) return handInAtOnce({ purpose });
      turns += 1;
      if (turns > 1) return hang();
      await gate.promise;
      return answer({ name: 'bash' });
    },
    mergeTarget: (key) => (key === 'settler' ? 'conflict' : undefined),
  });
  const settler = 'epic-settles/task-settler';
  const handle = await stage.start('settles', { title: 'Settles', tasks: tasks({ settler: [], other: [] }) });
  await waitFor(() => stage.log.includes('brief settler conflict'), patiently);
  const task = stage.client.workflow.getHandle(settler);
  const before = (await task.describe()).runId;
  for (let i = 0; i < 40; i += 1) await task.signal('rewind', { nonsense: i });
  gate.resolve();
  await waitFor(async () => (await task.describe()).runId !== before, patiently);
  await stage.client.workflow.execute('reconcileWorkflow', { taskQueue: 'factory', workflowId: 'reconcile-settles' });
  const line = stage.client.workflow.getHandle(
    lineWorkflowId({ repository: 'example', branch: 'factory/settles/epic' }),
  );
  const settling = async () => (await line.query<LineStatus, []>(lineStatusQuery.name)).settling;
  assert.deepEqual(await settling(), [settler]);
  await stage.update('settles', 'cancelTask', { taskKey: 'settler', by: 'me' });
  const { requestId } = await stage.asked('settles', 'failed-task', 'settler');
  assert.deepEqual(await settling(), []);
  await stage.respond('settles', requestId, 'skip');
  await handle.result();
});

test('an epic that is merged goes on after its run, although somebody has cancelled it', async () => {
  stage.play({
    takeTurn: handInAtOnce,
    deliverResult: () => {
      throw ApplicationFailure.nonRetryable('main does not hold it', 'MergedElsewhere');
    },
  });
  const handle = await stage.start('standing', { title: 'Standing', tasks: tasks({ only: [] }), requireApproval: [] });
  const asked = await stage.asked('standing', 'question');
  await handle.cancel();
  await untilNextRun(stage.client, 'standing');
  assert.deepEqual(await stage.asked('standing', 'question'), asked);
  await stage.respond('standing', asked.requestId, 'skip');
  await handle.result();
  assert.equal((await stage.epicRow('standing'))?.state, 'COMPLETED');
});
