/** What was merged, and lies elsewhere than it was to or lacks something, is a question to a person. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import { waitFor } from '../support/wait-for.ts';
import { submitWork, tasks } from './answers.ts';
import { handsOn, hang, keyOf, patiently, sha } from './hands.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());
const { briefs, changed, lines, merges } = handsOn(stage);

test('a task that was merged by hand into another branch is a question, and nothing that needs it starts before', async () => {
  let byHand: Partial<SeenPullRequest> = {};
  stage.play({
    takeTurn: ({ purpose, taskKey }) => {
      if (purpose === 'implement') return submitWork;
      return taskKey === 'aside' ? hang() : undefined;
    },
    readPullRequest: (head) => (keyOf(head) === 'aside' ? byHand : undefined),
  });
  const handle = await stage.start('aside', { title: 'Aside', tasks: tasks({ aside: [], next: ['aside'] }) });
  await waitFor(() => briefs('aside').length === 2, patiently);
  byHand = { state: 'merged', mergedSha: sha('by hand'), base: 'release' };
  await changed('aside', 'aside');
  const { question, options, requestId } = await stage.asked('aside', 'question', 'aside');
  assert.match(
    question,
    /by hand into release, not into factory\/aside\/epic\. .* merge factory\/aside\/aside into factory/,
  );
  assert.deepEqual(options, ['done', 'cancel']);
  assert.deepEqual(briefs('next'), []);
  await stage.respond('aside', requestId, 'done');
  await handle.result();
  assert.deepEqual(merges('aside'), ['next', 'epic']);
  assert.equal((await stage.taskRow('aside', 'aside'))?.state, 'COMPLETED');
});

test('what was merged, and is not in the base, is a question, and the result says so when it is skipped', async () => {
  stage.play({
    takeTurn: ({ purpose }) => (purpose === 'implement' ? submitWork : undefined),
    deliverResult: () => {
      throw ApplicationFailure.nonRetryable('main does not hold it', 'MergedElsewhere');
    },
  });
  const handle = await stage.start('lacking', { title: 'Lacking', tasks: tasks({ only: [] }) });
  const { question, requestId } = await stage.asked('lacking', 'question');
  assert.match(question, /main does not hold it\. Fix the cause, then choose retry\. Or choose skip/);
  await stage.respond('lacking', requestId, 'skip');
  await handle.result();
  const row = await stage.epicRow('lacking');
  assert.deepEqual([row?.state, row?.phase], ['COMPLETED', 'merged, but it is not delivered: main does not hold it']);
});

test('an epic that was merged by hand without the work of its last task says so before it ends', async () => {
  const gate = Promise.withResolvers<void>();
  let byHand: Partial<SeenPullRequest> = {};
  stage.play({
    takeTurn: async ({ purpose, taskKey = '' }) => {
      if (taskKey.startsWith('change')) await gate.promise;
      return purpose === 'implement' ? submitWork : undefined;
    },
    readPullRequest: (head) => (keyOf(head) === 'epic' ? byHand : undefined),
  });
  const handle = await stage.start('late', {
    title: 'Late',
    tasks: tasks({ x: [], y: [] }),
    requireApproval: ['merge'],
  });
  const { requestId, headSha } = await stage.asked('late', 'merge');
  await stage.respond('late', requestId, 'reject');
  const { requestId: what } = await stage.asked('late', 'question');
  const before = lines('brief change-').length;
  await stage.respond('late', what, 'change', { answer: 'Rename it' });
  await waitFor(() => lines('brief change-').length > before, patiently);
  byHand = { state: 'merged', mergedSha: sha('by hand'), headSha: headSha as string };
  await changed('late', 'epic');
  gate.resolve();
  const late = await stage.asked('late', 'question');
  assert.match(
    late.question,
    /merged by hand without the work of change-\d+, which came into factory\/late\/epic later/,
  );
  await stage.respond('late', late.requestId, 'done');
  assert.equal(((await handle.result()) as { mergedSha: string }).mergedSha, sha('by hand'));
  assert.ok(!merges('late').includes('epic'));
});
