/** Reviews that follow each other: what is found stays found until a reviewer says why it is settled. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeText, earlierText } from '../../activities/agent/review-brief.ts';
import { readOutcome } from '../../workflows/agent/judge-answer.ts';
import type { Review } from '../../workflows/contract/agent.ts';
import {
  earlierReviews,
  openFindings,
  reviewOfSame,
  summaryWithJudged,
  withoutTrees,
  withReview,
} from '../../workflows/task/reviews.ts';

const change = (name: string) => ({ headSha: `head ${name}`, treeSha: `tree ${name}`, summary: `work ${name}` });
const comment = (body: string) => ({ path: 'a.ts', line: 3, body });
const asks = (rest: Partial<Review>): Review => ({
  ...{ verdict: 'request_changes', summary: 'Not yet.', comments: [] },
  ...rest,
});
const judged = (finding: string, settled: boolean) => ({ finding, settled, because: 'I looked' });

const one = withReview([], 1, change('1'), asks({ comments: [comment('loses data'), comment('leaks')] }));
const earlier = [judged('1.1', true), judged('1.2', false)];
const two = withReview(one, 2, change('2'), asks({ summary: 'Still leaks.', earlier }));

test('a finding is open until a later review settles it; a review without comments is one finding itself', () => {
  assert.deepEqual(
    openFindings(two).map(({ id, body }) => `${id} ${body}`),
    ['1.2 leaks', '2 Still leaks.'],
  );
  assert.deepEqual(withReview(two, 3, change('3'), asks({ verdict: 'approve' })), []);
});

test('findings of another life of the task, whose submissions count again, stay apart', () => {
  const again = withReview(two, 1, change('4'), asks({ comments: [comment('new')], earlier: [judged('2', true)] }));
  assert.deepEqual(
    openFindings(again).map(({ id }) => id),
    ['1.2', '3.1'],
  );
});

test('a reviewer is told each earlier review with the answer that the next hand-in gave', () => {
  const [first, second] = earlierReviews(two, 'work 3');
  assert.deepEqual([first?.answer, second?.answer], ['work 2', 'work 3']);
  const told = earlierText([...earlierReviews(two, 'work 3')], 'diff --git a/a.ts b/a.ts\n+ b\n');
  assert.match(
    told,
    /1\.2 a\.ts:3: leaks[\s\S]*work 2[\s\S]*2 Still leaks\.[\s\S]*work 3[\s\S]*since head 2[\s\S]*\+ b/,
  );
});

test('the same tree is known, unless a person has said something since', () => {
  assert.equal(reviewOfSame(two, 'tree 2')?.number, 2);
  assert.equal(reviewOfSame(two, 'tree 1'), undefined, 'the second review may ask for what the first one saw');
  assert.equal(reviewOfSame(withoutTrees(two), 'tree 2'), undefined);
});

test('a review that leaves out an earlier finding, or approves one that it calls open, is not accepted', () => {
  const handIn = (review: Review) =>
    readOutcome(
      { id: 'c', name: 'submit_review', summary: '', readOnly: false, input: review },
      { mustJudge: ['1.1', '1.2'] },
    );
  const problem = (review: Review) => (handIn(review) as { problem: string }).problem;
  assert.match(problem(asks({ earlier: [judged('1.1', true)] })), /says nothing of 1\.2/);
  assert.match(problem(asks({ verdict: 'approve', earlier })), /You approve, but say that 1\.2 is not settled/);
  assert.ok('outcome' in handIn(asks({ earlier })));
  assert.match(
    summaryWithJudged(asks({ earlier })),
    /^Not yet\.\n\nOf what was found before:\n- 1\.1 settled: I looked\n/,
  );
  const criteria = [{ criterion: 1, verdict: 'not_met' as const, how: 'npm test', note: 'it is red' }];
  assert.match(
    summaryWithJudged(asks({ criteria }), ['npm test\npasses']),
    /^Not yet\.\n\nBy criterion:\n1\. NOT met: npm test passes \(npm test; it is red\)$/,
  );
});

test('a change that is too long is shown in whole files, and the others are named', () => {
  const file = (name: string, size: number) =>
    `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n${'+x\n'.repeat(size)}`;
  const text = changeText(file('small.ts', 3) + file('long.ts', 900) + file('last.ts', 3), 500);
  assert.match(text, /b\/small\.ts[\s\S]*b\/last\.ts[\s\S]*Left out for their length, 1 of 3 files[\s\S]*\nlong\.ts\n/);
  assert.ok(!text.includes('+++ b/long.ts'));
  assert.ok(!changeText(file('small.ts', 3), 500).includes('Left out'));
});
