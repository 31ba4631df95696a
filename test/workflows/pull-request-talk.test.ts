/** What people say on a pull request is heard once, and an approval there counts for its commit. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { INTERCEPTORS } from '../../worker/bundle.ts';
import type { Feedback } from '../../workflows/contract/pull-request.ts';
import { storeTurn } from '../support/stored-turns.ts';
import { waitFor } from '../support/wait-for.ts';
import { bundleTestWorkflows } from '../support/workflow-bundle.ts';
import { handInAtOnce, submitReview, tasks } from './answers.ts';
import { handsOn, say } from './hands.ts';
import { hang, keyOf, patiently, sha } from './names.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());
const { briefs, lines, merged } = stage;
const { changed } = handsOn(stage);

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
  const acknowledged = (await stage.decisions('heard')).filter(({ decision }) => decision.startsWith('read word'));
  assert.deepEqual(
    acknowledged.map(({ decision }) => decision.replace(/word \d+/, 'a word')),
    ['read a word by ada (pull request) in turn 3 (heard.busy.implement.1)'],
  );
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
    takeTurn: handInAtOnce,
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
  const second = await stage.askedAgain('approved', first);
  assert.deepEqual(merged('approved'), []);
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
