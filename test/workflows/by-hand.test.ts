/** What people do to pull requests by hand is the truth that tasks and epics go on from. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, submitReview, submitWork, tasks } from './answers.ts';
import { handsOn, say } from './hands.ts';
import { hang, keyOf, patiently, sha } from './names.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());
const { briefs, lines, merged } = stage;
const { changed } = handsOn(stage);

test('merged, closed, pushed to, rewritten or commented by hand, in the middle of the work', async () => {
  const gate = Promise.withResolvers<void>();
  const byHand: Record<string, Partial<SeenPullRequest>> = {};
  stage.play({
    takeTurn: async ({ purpose, taskKey = '', turn }) => {
      if (purpose === 'implement') return taskKey === 'merged' && turn === 2 ? hang() : submitWork;
      if (taskKey === 'merged') return submitReview('request_changes');
      await gate.promise;
      return undefined;
    },
    readPullRequest: (head) => byHand[keyOf(head)],
    compareBranch: (key) => ({ kind: key === 'pushed' ? 'ahead' : 'rewritten', headSha: sha('theirs') }),
  });
  const graph = tasks({ merged: [], closed: [], pushed: [], rewritten: [], told: [] });
  const handle = await stage.start('hand', { title: 'By hand', tasks: graph, concurrency: 5 });
  const keys = ['closed', 'pushed', 'rewritten', 'told'];
  await waitFor(() => keys.every((key) => briefs(key).length === 2) && briefs('merged').length === 3, patiently);

  byHand.merged = { state: 'merged', mergedSha: sha('by hand') };
  byHand.closed = { state: 'closed' };
  byHand.pushed = { headSha: sha('theirs') };
  byHand.rewritten = { headSha: sha('theirs') };
  const said = say('review-1', 'changes', { path: 'src/a.ts', line: 7 });
  byHand.told = { feedback: [said] };
  for (const key of ['merged', ...keys]) await changed('hand', key);
  const reopen = await stage.asked('hand', 'question', 'closed');
  const rewritten = await stage.asked('hand', 'question', 'rewritten');
  gate.resolve();
  assert.match(reopen.question, /was closed by hand/);
  assert.match(rewritten.question, /was rewritten on the forge/);
  assert.deepEqual(rewritten.options, ['merge', 'take', 'cancel']);
  delete byHand.closed;
  delete byHand.rewritten;
  // Said again with each look, and more than one look is wanted.
  await changed('hand', 'told');
  await stage.respond('hand', reopen.requestId, 'reopen');
  await stage.respond('hand', rewritten.requestId, 'take');
  await handle.result();

  assert.deepEqual(merged('hand').toSorted(), [...keys, 'epic'].toSorted(), 'nothing merges what is merged');
  const row = await stage.taskRow('hand', 'merged');
  assert.deepEqual([row?.state, briefs('merged')], ['COMPLETED', ['implement', 'review', 'changes-requested']]);
  for (const key of ['closed', 'pushed', 'rewritten']) {
    assert.deepEqual(briefs(key), ['implement', 'review', 'review'], 'reviewed again, without a round of its Worker');
  }
  assert.deepEqual(lines('take '), ['take rewritten']);
  assert.deepEqual(briefs('told'), ['implement', 'review', 'feedback', 'review']);
  assert.deepEqual(lines('told told'), ['told told: src/a.ts:7: review-1 please']);
  assert.deepEqual(lines('answer-'), ['answer-review-1: In SHA: done']);
});

test('a pull request that a person has closed is not opened again by the next submission without a word', async () => {
  const opened: boolean[] = [];
  let isClosed = false;
  stage.play({
    takeTurn: ({ purpose, turn }) => {
      if (purpose !== 'implement') {
        return opened.length === 1 ? submitReview('request_changes') : submitReview('approve', ['1']);
      }
      isClosed = turn === 2;
      return submitWork;
    },
    openPullRequest: (_, __, reopens) => {
      opened.push(reopens);
      if (reopens) isClosed = false;
      return isClosed ? { state: 'closed' } : undefined;
    },
    readPullRequest: () => (isClosed ? { state: 'closed' } : undefined),
  });
  const handle = await stage.start('shut', { title: 'Shut', tasks: tasks({ shut: [] }) });
  const { question, requestId } = await stage.asked('shut', 'question', 'shut');
  assert.match(question, /was closed by hand\. Choose: reopen/);
  assert.deepEqual(opened, [true, false]);
  await stage.respond('shut', requestId, 'reopen');
  await handle.result();
  assert.equal(opened[2], true);
  assert.deepEqual(merged('shut'), ['shut']);
});

test('the epic’s own pull request: a review becomes a task, a push is asked about again, closed and merged by hand', async () => {
  let byHand: Partial<SeenPullRequest> = {};
  let refusals = 0;
  stage.play({
    takeTurn: handInAtOnce,
    readPullRequest: (head, run) => {
      // One look that the forge refuses for good does not make the next ones blind.
      if (keyOf(head) === 'epic' && run === 1) {
        refusals += 1;
        throw ApplicationFailure.nonRetryable('No', 'NotAuthenticated');
      }
      return keyOf(head) === 'epic' ? byHand : undefined;
    },
    compareBranch: (_, run) => (run === 1 ? undefined : { kind: 'ahead', headSha: sha('theirs') }),
  });
  const input = { title: 'Whole', tasks: tasks({ x: [], y: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('whole', input);
  const first = await stage.asked('whole', 'merge');
  await changed('whole', 'epic');
  await waitFor(() => refusals === 1, patiently);
  byHand = { feedback: [say('review-8', 'changes')] };
  await changed('whole', 'epic');
  const second = await stage.askedAgain('whole', first);
  assert.deepEqual(
    merged('whole')
      .map((key) => key.replace(/\d+$/, 'N'))
      .toSorted(),
    ['change-N', 'x', 'y'],
  );
  assert.equal(lines('answer-review-8').length, 1);

  byHand = { headSha: sha('theirs') };
  await changed('whole', 'epic');
  const same = await stage.askedAgain('whole', second);
  const isMoved = async () =>
    (await stage.decisions('whole')).some(({ decision }) => decision.endsWith('was moved by hand'));
  assert.equal(await isMoved(), false, 'the branch is where it was left, whatever the forge said for a moment');
  await changed('whole', 'epic');
  const third = await stage.askedAgain('whole', same);
  assert.equal(await isMoved(), true);
  byHand = { state: 'closed' };
  await changed('whole', 'epic');
  const closed = await stage.asked('whole', 'question');
  assert.match(closed.question, /was closed by hand/);
  byHand = {};
  await changed('whole', 'epic');
  await stage.askedAgain('whole', third);
  byHand = { state: 'merged', mergedSha: sha('by hand') };
  await changed('whole', 'epic');
  const result = (await handle.result()) as { mergedSha: string };
  assert.equal(result.mergedSha, sha('by hand'));
  assert.ok(!merged('whole').includes('epic'));
});

test('a claim that somebody’s words cut off keeps no slot from the task that is made of them', async () => {
  let byHand: Partial<SeenPullRequest> = {};
  let isArmed = false;
  const cuts = async () => {
    const { events } = await stage.handle('cut').fetchHistory();
    return events?.filter((event) => event.activityTaskCancelRequestedEventAttributes).length ?? 0;
  };
  const changes = () => lines('brief change-').length;
  let cutsBefore = 0;
  let changesBefore = 0;
  stage.play({
    takeTurn: (input) => (input.taskKey?.startsWith('change') ? hang() : handInAtOnce(input)),
    readPullRequest: (head) => (keyOf(head) === 'epic' ? byHand : undefined),
    claimHost: async (holder, claim) => {
      if (holder !== 'epic-cut' || !isArmed) return claim();
      byHand = { feedback: [say('review-9', 'changes')] };
      await changed('cut', 'epic');
      await waitFor(async () => (await cuts()) > cutsBefore, { timeoutMs: 2_500, intervalMs: 50 });
      await claim();
      throw new Error('The process was killed before it could report');
    },
  });
  const input = { title: 'Cut off', tasks: tasks({ x: [], y: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('cut', input);
  const { requestId } = await stage.asked('cut', 'merge');
  cutsBefore = await cuts();
  changesBefore = changes();
  isArmed = true;
  await stage.respond('cut', requestId, 'approve');
  await waitFor(() => changes() > changesBefore, patiently);
  const placements = stage.db.selectFrom('placements').select('held').where('holder', '=', 'epic-cut');
  assert.deepEqual(await placements.execute(), [{ held: false }]);
  await handle.cancel();
  await assert.rejects(handle.result());
});

test('a branch that was deleted and holds a secret is not pushed again in silence', async () => {
  let byHand: Partial<SeenPullRequest> = {};
  stage.play({
    takeTurn: async ({ purpose }) => (purpose === 'implement' ? submitWork : hang()),
    readPullRequest: () => byHand,
    compareBranch: () => ({ kind: 'gone' }),
    pushBranch: (_, run) => (run === 1 ? undefined : [{ kind: 'key', file: 'src/till.js', line: 3 }]),
  });
  const handle = await stage.start('leaky', { title: 'Leaky', tasks: tasks({ leak: [] }) });
  await waitFor(() => briefs('leak').length === 2, patiently);
  byHand = { state: 'closed' };
  await changed('leaky', 'leak');
  const { requestId } = await stage.asked('leaky', 'question', 'leak');
  await stage.respond('leaky', requestId, 'reopen');
  const { question } = await stage.asked('leaky', 'failed-task', 'leak');
  assert.match(question, /A secret in src\/till\.js:3 keeps its branch from coming back/);
  await handle.cancel();
  await assert.rejects(handle.result());
});

test('a cancelled task closes its pull request, and a cancelled epic its own', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({
    takeTurn: async ({ purpose, taskKey }) => {
      if (purpose === 'implement') return submitWork;
      if (taskKey === 'dropped') await gate.promise;
      return undefined;
    },
  });
  const input = { title: 'Dropped', tasks: tasks({ dropped: [], other: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('dropped', input);
  await waitFor(() => briefs('dropped').length === 2, patiently);
  await stage.update('dropped', 'cancelTask', { taskKey: 'dropped', by: 'me' });
  const { requestId } = await stage.asked('dropped', 'failed-task', 'dropped');
  assert.deepEqual(lines('close factory/dropped/'), ['close factory/dropped/dropped']);
  await stage.respond('dropped', requestId, 'skip');
  await stage.asked('dropped', 'merge');
  await handle.cancel();
  await assert.rejects(handle.result());
  assert.deepEqual(lines('close factory/dropped/').map(keyOf), ['dropped', 'epic']);
});
