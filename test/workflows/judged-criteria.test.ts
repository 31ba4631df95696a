/** Reviews that go through the acceptance criteria one by one, and what is kept of them. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { taskWorkflowId } from '../../workflows/contract/ids.ts';
import type { SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import { answer, approveWith, submitWork } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage({ settings: { judgesCriteria: true } });
after(() => stage.close());
const { lines } = stage;

const MET = { criterion: 'two is there', verdict: 'met', how: 'src/two.ts:1' };
const UNCHECKED = { criterion: 1, verdict: 'not_checkable', note: 'needs a network' };

/** A reviewer that answers so, one after the other; the Worker hands in what `work` says. */
function judgedBy(judged: readonly object[][], work = submitWork) {
  stage.play({
    takeTurn: ({ purpose, turn }) => {
      if (purpose !== 'review') return work;
      const criteria = judged[turn - 1] ?? [];
      return approveWith(...criteria);
    },
    commitChange: () => (work === submitWork ? undefined : 'nothing'),
  });
}

const withCriteria = (key: string) => ({
  title: `Epic ${key}`,
  tasks: [{ key, title: key, acceptance: ['one is there', 'two is there'] }],
});
const evidenceOf = (epicId: string) =>
  stage.db
    .selectFrom('judged_criteria')
    .select(['criterion', 'text', 'verdict', 'how', 'proof'])
    .where('epic_id', '=', epicId)
    .orderBy('criterion')
    .execute();

test('a review is taken when it speaks of each criterion, and what it found is evidence of the commit', async () => {
  const one = { criterion: 1, verdict: 'not_met', how: 'npm test' };
  judgedBy([[], [MET], [one, MET], [{ ...one, verdict: 'met' }, MET]]);
  const before = lines('refused: ').length;
  await (await stage.start('judged', withCriteria('judged'))).result();
  const refused = lines('refused: ').slice(before);
  assert.match(refused[0] ?? '', /Fix it and call submit_review again:\n`criteria` says nothing of 1, 2\./);
  assert.match(refused[1] ?? '', /says nothing of 1\./);
  assert.match(refused[2] ?? '', /You approve, but say that criterion 1 is not met/);
  assert.equal(refused.length, 3);
  assert.deepEqual(await evidenceOf('judged'), [
    { criterion: 1, text: 'one is there', verdict: 'met', how: 'npm test', proof: 'said' },
    { criterion: 2, text: 'two is there', verdict: 'met', how: 'src/two.ts:1', proof: 'said' },
  ]);
});

test('a task that was done already ends with a review that says so of each criterion', async () => {
  const input = { summary: 'It is there.', commitMessage: 'Nothing', nothingToDo: 'src/one.ts and src/two.ts' };
  judgedBy([[MET], [UNCHECKED, MET]], answer({ name: 'submit_work', input }));
  const pulls = stage.pullRequests.size;
  await (await stage.start('needless', withCriteria('needless'))).result();
  assert.equal(stage.pullRequests.size, pulls);
  assert.deepEqual(
    (await evidenceOf('needless')).map(({ verdict }) => verdict),
    ['not_checkable', 'met'],
  );
});

test('the merge question names what reviews could not check, also of work that was merged by hand or was done already', async () => {
  const [isMerging, never] = [Promise.withResolvers<void>(), Promise.withResolvers<undefined>()];
  let byHand: Partial<SeenPullRequest> = {};
  const needless = { summary: 'It is there.', commitMessage: 'Nothing', nothingToDo: 'src/one.ts' };
  stage.play({
    takeTurn: ({ purpose, taskKey }) => {
      if (purpose === 'review') return approveWith(UNCHECKED, MET);
      return taskKey === 'done' ? answer({ name: 'submit_work', input: needless }) : submitWork;
    },
    commitChange: (key) => (key === 'done' ? 'nothing' : undefined),
    mergeTarget: (key) => {
      if (key !== 'hand') return undefined;
      isMerging.resolve();
      return never.promise;
    },
    readPullRequest: (head) => (head.endsWith('/hand') ? byHand : undefined),
  });
  const planned = ['own', 'hand', 'done'].flatMap((key) => withCriteria(key).tasks);
  const handle = await stage.start('unseen', { title: 'Unseen', tasks: planned, requireApproval: ['merge'] });
  await isMerging.promise;
  byHand = { state: 'merged', mergedSha: 'b'.repeat(40) };
  const number = stage.pullRequests.get('factory/unseen/hand');
  await stage.client.workflow.getHandle(taskWorkflowId('unseen', 'hand')).signal('pullRequestChanged', { number });
  const { question, requestId } = await stage.asked('unseen', 'merge');
  assert.match(question, /could not check: own: one is there\. hand: one is there\. done: one is there\./);
  await stage.respond('unseen', requestId, 'approve');
  await handle.result();
});
