/** What overtakes a question, a preparation or a cancellation leaves nobody waiting, and nobody told what is untrue. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import type { EpicView } from '../../workflows/contract/records.ts';
import type { BranchComparison } from '../../workflows/contract/worktree.ts';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, submitReview, submitWork, tasks } from './answers.ts';
import { handsOn } from './hands.ts';
import { hang, keyOf, patiently, sha } from './names.ts';
import { SETTINGS } from './settings.ts';
import { openStage } from './stage.ts';

const stage = await openStage({
  settings: { policy: { ...SETTINGS.policy, setup: { run: 'npm ci', keep: [], while: [] } } },
});
after(() => stage.close());
const { briefs, lines, merged } = stage;
const { assertRedMerge, changed } = handsOn(stage);
const stateOf = async (id: string, requestId: string) =>
  (await stage.status(id)).requests.find((request) => request.requestId === requestId)?.state;
const decisions = async (id: string) => (await stage.decisions(id)).map(({ decision }) => decision);

test('a question about a rewritten branch ends with a rewind, and with a merge by hand', async () => {
  const gate = Promise.withResolvers<void>();
  const byHand: Record<string, Partial<SeenPullRequest>> = {};
  const branches: Record<string, BranchComparison> = {};
  stage.play({
    takeTurn: async ({ purpose }) => {
      if (purpose === 'implement') return submitWork;
      await gate.promise;
      return undefined;
    },
    readPullRequest: (head) => byHand[keyOf(head)],
    compareBranch: (key) => branches[key],
  });
  const handle = await stage.start('asked', { title: 'Asked', tasks: tasks({ back: [], done: [] }) });
  await waitFor(() => ['back', 'done'].every((key) => briefs(key).length === 2), patiently);
  for (const key of ['back', 'done']) {
    byHand[key] = { headSha: sha('theirs') };
    branches[key] = { kind: 'rewritten', headSha: sha('theirs') };
    await changed('asked', key);
  }
  const back = await stage.asked('asked', 'question', 'back');
  const done = await stage.asked('asked', 'question', 'done');
  delete byHand.back;
  delete branches.back;
  await stage.update('asked', 'rewindTask', { taskKey: 'back', turn: 1, by: 'me' });
  byHand.done = { state: 'merged', mergedSha: sha('by hand') };
  await changed('asked', 'done');
  gate.resolve();
  await handle.result();
  assert.equal(lines('rewind back to 1').length, 1);
  assert.deepEqual(lines('take '), []);
  for (const { requestId } of [back, done]) assert.equal(await stateOf('asked', requestId), 'withdrawn');
});

test('what the factory may not merge and a person merges by hand is merged, and its question withdrawn', async () => {
  let byHand: Partial<SeenPullRequest> = {};
  stage.play({
    readPullRequest: (head) => (keyOf(head) === 'epic' ? byHand : undefined),
    mergePullRequest: (head) => {
      if (keyOf(head) === 'epic') throw ApplicationFailure.nonRetryable('A review is required', 'BranchProtected');
    },
  });
  const handle = await stage.start('rule', { title: 'Rule', tasks: tasks({ x: [], y: [] }) });
  const { requestId, question } = await stage.asked('rule', 'question');
  assert.match(question, /A review is required/);
  byHand = { state: 'merged', mergedSha: sha('by hand') };
  await changed('rule', 'epic');
  assert.equal(((await handle.result()) as { mergedSha: string }).mergedSha, sha('by hand'));
  assert.equal(await stateOf('rule', requestId), 'withdrawn');
});

test('whoever asked for a change that a person left out is told so', async () => {
  let byHand: Partial<SeenPullRequest> = {};
  stage.play({
    takeTurn: ({ purpose, taskKey = '' }) => {
      if (taskKey.startsWith('change')) return hang();
      return purpose === 'implement' ? submitWork : undefined;
    },
    readPullRequest: (head) => (keyOf(head) === 'epic' ? byHand : undefined),
  });
  const input = { title: 'Left', tasks: tasks({ x: [], y: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('left', input);
  const first = await stage.asked('left', 'merge');
  byHand = { feedback: [{ id: 'review-1', by: 'ada', kind: 'changes', body: 'Rename it' }] };
  await changed('left', 'epic');
  await waitFor(() => lines('brief change-').length === 1, patiently);
  const taskKey = lines('brief change-')[0]?.split(' ')[1] as string;
  await stage.update('left', 'cancelTask', { taskKey, by: 'me' });
  const { requestId } = await stage.asked('left', 'failed-task', taskKey);
  await stage.respond('left', requestId, 'skip');
  const merge = await stage.askedAgain('left', first);
  await stage.respond('left', merge.requestId, 'approve');
  await handle.result();
  assert.deepEqual(lines('answer-review-1'), [
    `answer-review-1: Task ${taskKey} was made of it, which a person left out in the end.`,
  ]);
});

test('an epic that was merged by hand since the last look ends with that, and says what it left out', async () => {
  let byHand: Partial<SeenPullRequest> | undefined;
  stage.play({
    takeTurn: handInAtOnce,
    openPullRequest: (head) => (keyOf(head) === 'epic' ? byHand : undefined),
    readPullRequest: (head) => (keyOf(head) === 'epic' ? byHand : undefined),
  });
  const input = { title: 'Between', tasks: tasks({ x: [], y: [] }), requireApproval: ['merge'] };
  const approved = await stage.start('between', input);
  const between = await stage.asked('between', 'merge');
  const late = await stage.start('left-out', input);
  const rejected = await stage.asked('left-out', 'merge');

  byHand = { state: 'merged', mergedSha: sha('by hand'), headSha: sha('an earlier head') };
  await stage.respond('between', between.requestId, 'approve');
  assert.equal(((await approved.result()) as { mergedSha: string }).mergedSha, sha('by hand'));

  byHand = { ...byHand, headSha: rejected.headSha as string, mergedSha: sha('too early') };
  await stage.respond('left-out', rejected.requestId, 'reject', { comment: 'Rename it' });
  const { question, requestId } = await stage.asked('left-out', 'question');
  assert.match(
    question,
    /merged by hand without the work of change-\d+, which came into factory\/left-out\/epic later/,
  );
  await stage.respond('left-out', requestId, 'done');
  assert.equal(((await late.result()) as { mergedSha: string }).mergedSha, sha('too early'));
});

test('a task that was merged by hand since the last look costs no review, and its later work is not lost in silence', async () => {
  let byHand: Partial<SeenPullRequest> | undefined;
  stage.play({
    takeTurn: ({ purpose, turn }) => {
      if (purpose !== 'implement') return submitReview('request_changes');
      if (turn === 2) byHand = { state: 'merged', mergedSha: sha('by hand'), headSha: sha('an earlier head') };
      return submitWork;
    },
    openPullRequest: () => byHand,
    readPullRequest: () => byHand,
  });
  const handle = await stage.start('later', { title: 'Later', tasks: tasks({ l: [] }) });
  const { question, requestId } = await stage.asked('later', 'question', 'l');
  assert.match(question, /was merged by hand without [0-9a-f]{12}, which its Worker handed in later\. /);
  await stage.respond('later', requestId, 'done');
  assert.equal(((await handle.result()) as { mergedSha: string }).mergedSha, sha('by hand'));
  assert.deepEqual(briefs('l'), ['implement', 'review', 'changes-requested']);
});

test('a task that was merged by hand as it stands is done, whatever of it is handed in again', async () => {
  let byHand: Partial<SeenPullRequest> | undefined;
  stage.play({
    takeTurn: handInAtOnce,
    mergeTarget: async (key, run) => {
      if (key !== 's' || run > 1) return undefined;
      const submissions = stage.db.selectFrom('submissions').select('head_sha').where('epic_id', '=', 'same');
      const { head_sha } = await submissions.executeTakeFirstOrThrow();
      byHand = { state: 'merged', mergedSha: sha('by hand'), headSha: head_sha };
      throw ApplicationFailure.nonRetryable('Host stage signed off', 'HostLost');
    },
    openPullRequest: () => byHand,
    readPullRequest: () => byHand,
  });
  const handle = await stage.start('same', { title: 'Same', tasks: tasks({ s: [] }) });
  assert.equal(((await handle.result()) as { mergedSha: string }).mergedSha, sha('by hand'));
  assert.deepEqual(merged('same'), []);
});

test('a merge that holds more than what was verified is verified itself, and red only in the knowledge of a person', async () => {
  let isGreen = true;
  stage.play({
    takeTurn: handInAtOnce,
    mergedTree: (head) => (['epic', 'o'].includes(keyOf(head)) ? sha('more') : undefined),
    verify: (key) => key !== 'epic' || isGreen,
  });
  const verified = () => lines('verify epic under').length;
  const before = verified();
  const whole = await stage.start('more', { title: 'More', tasks: tasks({ m: [], n: [] }) });
  await whole.result();
  assert.equal(verified() - before, 2, 'once for the whole, once for the merge');
  assert.ok((await decisions('more')).includes('main is green as it was merged'));
  assert.equal((await stage.epicRow('more'))?.phase, 'merged');

  isGreen = false;
  const one = await stage.start('one', { title: 'One', tasks: tasks({ o: [] }) });
  const first = await stage.asked('one', 'question');
  assert.match(first.question, /main holds more than what was verified, and [0-9a-f]{12} is red: verify\. Fix main/);
  await stage.respond('one', first.requestId, 'retry');
  const second = await stage.askedAgain('one', first);
  await stage.respond('one', second.requestId, 'done');
  await one.result();
  await assertRedMerge('one');
});

test('a verdict that the forge refuses is told again once a person has mended that, by the same reviewer', async () => {
  stage.play({
    reviewPullRequest: (run) => {
      if (run === 1) throw ApplicationFailure.nonRetryable('No right to set statuses', 'NotPermitted');
    },
  });
  const handle = await stage.start('verdict', { title: 'Verdict', tasks: tasks({ v: [] }) });
  const { requestId, question } = await stage.asked('verdict', 'question', 'v');
  assert.match(question, /No right to set statuses/);
  await stage.respond('verdict', requestId, 'retry');
  await handle.result();
  assert.deepEqual(briefs('v'), ['implement', 'review']);
});

test('a commit is one submission, however often its pull request could not be opened', async () => {
  stage.play({
    takeTurn: handInAtOnce,
    openPullRequest: (_, run) => {
      if (run <= 2) throw ApplicationFailure.nonRetryable('No right to open one', 'NotPermitted');
    },
  });
  const handle = await stage.start('opens', { title: 'Opens', tasks: tasks({ o: [] }) });
  const first = await stage.asked('opens', 'question', 'o');
  await stage.respond('opens', first.requestId, 'retry');
  const second = await stage.askedAgain('opens', first);
  await stage.respond('opens', second.requestId, 'retry');
  await handle.result();
  const rows = await stage.db.selectFrom('submissions').select('number').where('epic_id', '=', 'opens').execute();
  assert.deepEqual(
    rows.map(({ number }) => number),
    [1],
  );
});

test('a set-up that somebody’s push has interrupted runs again before work goes on there', async () => {
  let byHand: Partial<SeenPullRequest> = {};
  stage.play({
    runSetup: (taskKey, run) => (taskKey === 'p' && run === 2 ? hang().then(() => undefined) : undefined),
    readPullRequest: () => byHand,
    compareBranch: () => ({ kind: 'ahead', headSha: sha('theirs') }),
  });
  const input = { title: 'Set-up', tasks: tasks({ p: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('prepared', input);
  const first = await stage.asked('prepared', 'merge');
  await stage.respond('prepared', first.requestId, 'approve');
  await waitFor(() => lines('set-up of prepared/p at epoch 2').length === 1, patiently);
  byHand = { headSha: sha('theirs') };
  await changed('prepared', 'p');
  const second = await stage.askedAgain('prepared', first);
  assert.equal(lines('set-up of prepared/p at epoch 2').length, 2);
  byHand = {};
  await stage.respond('prepared', second.requestId, 'approve');
  await handle.result();
});

test('a cancelled epic closes what an earlier life of a task left open, and leaves alone what was merged meanwhile', async () => {
  let isAgain = false;
  let isMerged = false;
  stage.play({
    takeTurn: ({ purpose, taskKey }) => {
      if (taskKey === 'merged') return purpose === 'implement' ? submitWork : hang();
      if (purpose === 'implement') return isAgain ? hang() : submitWork;
      return submitReview('request_changes');
    },
    isMergedBefore: (head) => isMerged && keyOf(head) === 'merged',
  });
  const handle = await stage.start('ended', { title: 'Ended', tasks: tasks({ again: [], merged: [] }) });
  const hasFailed = ({ tasks: all }: EpicView) => all.some(({ status }) => status?.state === 'FAILED');
  await stage.until('ended', hasFailed, 'a failed task');
  isAgain = true;
  const before = briefs('again').length;
  await stage.update('ended', 'retryTask', { taskKey: 'again', by: 'me' });
  await waitFor(() => briefs('again').length > before && briefs('merged').length === 2, patiently);
  isMerged = true;
  await handle.cancel();
  await assert.rejects(handle.result());
  assert.deepEqual(lines('close factory/ended/'), ['close factory/ended/again']);
  const number = stage.pullRequests.get('factory/ended/merged');
  assert.ok((await decisions('ended')).includes(`pull request #${number} is merged already`));
  const row = await stage.taskRow('ended', 'merged');
  assert.equal(row?.state, 'CANCELLED');
});
