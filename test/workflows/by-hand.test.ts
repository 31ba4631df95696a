/** What people do to pull requests by hand is the truth that tasks and epics go on from, and what they say is heard once. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { TurnResult } from '../../activities/agent/take-turn.ts';
import { INTERCEPTORS } from '../../worker/bundle.ts';
import { taskWorkflowId } from '../../workflows/contract/ids.ts';
import type { Feedback, SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import { storeTurn } from '../support/stored-turns.ts';
import { waitFor } from '../support/wait-for.ts';
import { bundleTestWorkflows } from '../support/workflow-bundle.ts';
import { submitReview, submitWork, tasks } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());

const patiently = { timeoutMs: 40_000, intervalMs: 100 };
const sha = (text: string) => createHash('sha1').update(text).digest('hex');
const lines = (start: string) => stage.log.filter((line) => line.startsWith(start));
const keyOf = (head: string) => head.split('/').at(-1) ?? '';
const merges = (epicId: string) => lines(`merge factory/${epicId}/`).map(keyOf);
const briefs = (key: string) => lines(`brief ${key} `).map((line) => line.split(' ')[2]);
const changed = (epicId: string, key: string) =>
  stage.client.workflow
    .getHandle(key === 'epic' ? `epic-${epicId}` : taskWorkflowId(epicId, key))
    .signal('pullRequestChanged', { number: stage.pullRequests.get(`factory/${epicId}/${key}`) });
const say = (id: string, kind: Feedback['kind'], more: Partial<Feedback> = {}): Feedback => ({
  ...{ id, kind, by: 'ada', body: `${id} please` },
  ...more,
});
const hang = () => new Promise<TurnResult>(() => {});

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

  assert.deepEqual(merges('hand').toSorted(), [...keys, 'epic'].toSorted(), 'nothing merges what is merged');
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

test('what people say while the Worker works it reads before its next turn; after its last turn it opens a round', async () => {
  const handIn = { name: 'submit_work', input: { summary: 'done', commitMessage: 'Do it' } };
  const feedback: Feedback[] = [];
  const read = new Map<number, readonly string[]>();
  const tell = async (id: string) => {
    feedback.push(say(id, 'comment'));
    await changed('heard', 'busy');
    const stored = () => stage.db.selectFrom('mail').select('id').where('id', 'like', `pull-request/%/${id}`).execute();
    await waitFor(async () => (await stored()).length > 0, { ...patiently, what: `the word of ${id}` });
  };
  let reviews = 0;
  stage.play({
    takeTurn: async (input) => {
      if (input.purpose === 'review') {
        reviews += 1;
        return reviews === 1 ? submitReview('request_changes') : submitReview('approve', ['1']);
      }
      if (input.purpose !== 'implement') return undefined;
      const taken = await storeTurn(stage.db, input, (unread) => {
        read.set(
          input.turn,
          unread.map(({ senderName, body }) => `${senderName}: ${body}`),
        );
        return [input.turn === 2 ? { name: 'bash', input: { command: 'sleep 60' } } : handIn];
      });
      if (input.turn === 3) await tell('note-22');
      return taken;
    },
    bash: () => tell('note-21'),
    readPullRequest: (head) => (keyOf(head) === 'busy' ? { feedback } : undefined),
  });
  const handle = await stage.start('heard', { title: 'Heard', tasks: tasks({ busy: [] }), requireApproval: [] });
  await handle.result();
  assert.deepEqual(Object.fromEntries(read), {
    1: [],
    2: [],
    3: ['ada (pull request): note-21 please'],
    4: [],
  });
  assert.deepEqual(briefs('busy'), ['implement', 'review', 'changes-requested', 'feedback', 'review']);
  assert.deepEqual(lines('told busy'), ['told busy: note-22 please']);
  assert.deepEqual(lines('answer-note-').toSorted(), ['answer-note-21: In SHA: done', 'answer-note-22: In SHA: done']);
  const log = await stage.db.selectFrom('decision_log').select('decision').where('epic_id', '=', 'heard').execute();
  const acknowledged = log.filter(({ decision }) => decision.startsWith('read word'));
  assert.deepEqual(
    acknowledged.map(({ decision }) => decision.replace(/word \d+/, 'a word')),
    ['read a word by ada (pull request) in turn 3 (heard.busy.implement.1)'],
  );
});

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
  assert.deepEqual(merges('shut'), ['shut']);
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

test('what one workflow signals to another that has closed changes nothing: people are heard, and the epic is merged', async () => {
  const closed = 'test/workflows/fixtures/closed-workflows.ts';
  await stage.deploy(await bundleTestWorkflows(closed, { interceptors: [...INTERCEPTORS, closed] }));
  const feedback: Feedback[] = [];
  const comment = async (id: string) => {
    feedback.push(say(id, 'comment'));
    await changed('alone', 'cut');
  };
  const isStored = async (id: string) =>
    (await stage.db.selectFrom('mail').select('id').where('id', 'like', `pull-request/%/${id}`).execute()).length > 0;
  let reviews = 0;
  stage.play({
    takeTurn: async ({ purpose }) => {
      if (purpose !== 'review') return undefined;
      reviews += 1;
      if (reviews === 1) return submitReview('request_changes');
      if (reviews > 2) return submitReview('approve', ['1']);
      await comment('note-33');
      return hang();
    },
    async bash({ turn }) {
      if (turn !== 3) return;
      for (const name of ['pause', 'resume']) await stage.update('alone', name, {});
      const { message } = await stage.update('alone', 'interrupt', {});
      assert.match(message, /nothing is running/);
      for (const id of ['note-31', 'note-32']) {
        await comment(id);
        await waitFor(() => isStored(id), { ...patiently, what: `the word of ${id}` });
      }
    },
    readPullRequest: (head) => (keyOf(head) === 'cut' ? { feedback } : undefined),
  });
  const handle = await stage.start('alone', { title: 'Alone', tasks: tasks({ cut: [] }) });
  await handle.result();
  await stage.deploy(stage.workflowBundle);
  assert.deepEqual(briefs('cut'), [
    'implement',
    'review',
    'changes-requested',
    'feedback',
    'review',
    'feedback',
    'review',
  ]);
  assert.deepEqual(lines('told cut').slice(-2), [
    'told cut: ada: note-31 please\n\nada: note-32 please',
    'told cut: note-33 please',
  ]);
});

test('an approval on the forge counts for its commit alone; a later wish to change ends the wait', async () => {
  let feedback: Feedback[] = [];
  stage.play({
    takeTurn: ({ purpose }) => (purpose === 'implement' ? submitWork : undefined),
    readPullRequest: () => ({ feedback }),
    answerFeedback: (key) => {
      if (key === 'answer-comment-4') throw ApplicationFailure.nonRetryable('It is locked', 'NotPermitted');
    },
  });
  const input = { title: 'Approved', tasks: tasks({ lone: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('approved', input);
  const first = await stage.asked('approved', 'merge');
  feedback = [
    say('review-5', 'approval', { headSha: sha('another') }),
    say('comment-4', 'comment'),
    say('comment-6', 'comment'),
  ];
  await changed('approved', 'lone');
  await waitFor(() => lines('told lone').length === 1, patiently);
  const second = await waitFor(async () => {
    const request = await stage.asked('approved', 'merge');
    return request.requestId !== first.requestId && request;
  }, patiently);
  assert.deepEqual(merges('approved'), []);
  feedback = [...feedback, say('review-7', 'approval', { headSha: second.headSha as string, by: 'grace' })];
  await changed('approved', 'lone');
  await handle.result();
  const { requests } = await stage.status('approved');
  assert.deepEqual(
    requests.map(({ state, answer }) => [state, answer?.by]),
    [
      ['withdrawn', undefined],
      ['answered', 'grace'],
    ],
  );
  assert.deepEqual(lines('answer-comment-'), ['answer-comment-6: In SHA: done'], 'whoever cannot be answered');
});

test('the epic’s own pull request: a review becomes a task, a push is asked about again, closed and merged by hand', async () => {
  let byHand: Partial<SeenPullRequest> = {};
  let refusals = 0;
  stage.play({
    takeTurn: ({ purpose }) => (purpose === 'implement' ? submitWork : undefined),
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
  const next = async (before?: string) =>
    waitFor(async () => {
      const request = await stage.asked('whole', 'merge');
      return request.requestId !== before && request.requestId;
    }, patiently);
  const first = await next();
  await changed('whole', 'epic');
  await waitFor(() => refusals === 1, patiently);
  byHand = { feedback: [say('review-8', 'changes')] };
  await changed('whole', 'epic');
  const second = await next(first);
  assert.deepEqual(
    merges('whole')
      .map((key) => key.replace(/\d+$/, 'N'))
      .toSorted(),
    ['change-N', 'x', 'y'],
  );
  assert.equal(lines('answer-review-8').length, 1);

  byHand = { headSha: sha('theirs') };
  await changed('whole', 'epic');
  const same = await next(second);
  const log = () => stage.db.selectFrom('decision_log').select('decision').where('epic_id', '=', 'whole').execute();
  const isMoved = async () => (await log()).some(({ decision }) => decision.endsWith('was moved by hand'));
  assert.equal(await isMoved(), false, 'the branch is where it was left, whatever the forge said for a moment');
  await changed('whole', 'epic');
  const third = await next(same);
  assert.equal(await isMoved(), true);
  byHand = { state: 'closed' };
  await changed('whole', 'epic');
  const closed = await stage.asked('whole', 'question');
  assert.match(closed.question, /was closed by hand/);
  byHand = {};
  await changed('whole', 'epic');
  await next(third);
  byHand = { state: 'merged', mergedSha: sha('by hand') };
  await changed('whole', 'epic');
  const result = (await handle.result()) as { mergedSha: string };
  assert.equal(result.mergedSha, sha('by hand'));
  assert.ok(!merges('whole').includes('epic'));
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
