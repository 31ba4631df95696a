/** What was merged, and lies elsewhere than it was to, lacks something or is not known to be green, is told to a person. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, submitWork, tasks } from './answers.ts';
import { handsOn } from './hands.ts';
import { hang, keyOf, patiently, sha } from './names.ts';
import type { Script } from './script.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());
const { briefs, lines, merged } = stage;
const { assertRedMerge, changed } = handsOn(stage);

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
  assert.deepEqual(merged('aside'), ['next', 'epic']);
  assert.equal((await stage.taskRow('aside', 'aside'))?.state, 'COMPLETED');
});

test('a task that was opened again and merged by hand is done, though a person answers afterwards to open it again', async () => {
  let byHand: Partial<SeenPullRequest> | undefined;
  stage.play({
    takeTurn: ({ purpose }) => {
      if (purpose === 'implement') return submitWork;
      return byHand === undefined ? hang() : undefined;
    },
    openPullRequest: (_, run) => {
      if (run === 2) byHand = { state: 'merged', mergedSha: sha('by hand') };
      return byHand;
    },
    readPullRequest: () => byHand,
  });
  const handle = await stage.start('opened', { title: 'Opened', tasks: tasks({ opened: [] }) });
  await waitFor(() => briefs('opened').length === 2, patiently);
  byHand = { state: 'closed' };
  await changed('opened', 'opened');
  const { requestId } = await stage.asked('opened', 'question', 'opened');
  await stage.respond('opened', requestId, 'reopen');
  assert.equal(((await handle.result()) as { mergedSha: string }).mergedSha, sha('by hand'));
  assert.deepEqual(merged('opened'), []);
});

test('what was merged, and is not in the base, is a question, and the result says so when it is skipped', async () => {
  stage.play({
    takeTurn: handInAtOnce,
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

test('whoever cancels an epic that is merged does not wait for a host or an answer, and its result says what is not known', async () => {
  const script: Script = {
    takeTurn: handInAtOnce,
    mergedTree: (head) => {
      if (keyOf(head) === 'h') script.host = 'nowhere';
      return sha('more');
    },
    verify: (key) => key !== 'epic',
  };
  stage.play(script);
  const unplaced = await stage.start('unplaced', { title: 'Unplaced', tasks: tasks({ h: [] }) });
  await stage.until('unplaced', ({ hold, phase }) => hold?.kind === 'host' && phase.startsWith('verifies the merge'));
  await unplaced.cancel();
  await unplaced.result();
  const { state, phase } = (await stage.epicRow('unplaced')) ?? {};
  assert.equal(state, 'COMPLETED');
  assert.match(
    phase ?? '',
    /^merged, but main holds more than .* it was not verified: the epic was cancelled meanwhile$/,
  );

  delete script.host;
  const unanswered = await stage.start('unanswered', { title: 'Unanswered', tasks: tasks({ q: [] }) });
  const { requestId } = await stage.asked('unanswered', 'question');
  await unanswered.cancel();
  await unanswered.result();
  const { requests } = await stage.status('unanswered');
  assert.equal(requests.find((request) => request.requestId === requestId)?.state, 'withdrawn');
  await assertRedMerge('unanswered');
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
  assert.ok(!merged('late').includes('epic'));
});
