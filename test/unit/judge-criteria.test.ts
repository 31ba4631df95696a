/** A review speaks of each acceptance criterion, once, and says how it knows; what is only said is told apart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { prove } from '../../activities/criteria/prove.ts';
import { criteriaSection } from '../../activities/criteria/section.ts';
import { readOutcome } from '../../workflows/agent/judge-answer.ts';
import { judgeCriteria } from '../../workflows/agent/judge-criteria.ts';
import type { JudgedCriterion } from '../../workflows/contract/criteria.ts';

const CRITERIA = ['npm test passes', 'an empty title\nis refused', 'it is in the README'];
const met = (criterion: number | string, rest: Partial<JudgedCriterion> = {}): JudgedCriterion => ({
  ...{ criterion, verdict: 'met', how: 'npm test' },
  ...rest,
});
const judge = (criteria: JudgedCriterion[], verdict: 'approve' | 'request_changes' = 'approve') =>
  judgeCriteria({ verdict, criteria }, CRITERIA);
const problem = (...given: Parameters<typeof judge>) => (judge(...given) as { problem: string }).problem;

test('a criterion is named by number, by number as text, or by its text', () => {
  const found = judge([met('it is in  the README'), met('2.'), met(1)]);
  assert.deepEqual('findings' in found && found.findings.map(({ criterion }) => criterion), [1, 2, 3]);
  assert.ok('findings' in judge([met('1. npm test passes'), met('an empty title is refused'), met('#3')]));
  assert.match(problem([met(1), met(2), met(4)]), /names 4; the task has the criteria 1 to 3/);
  assert.match(problem([met('npm test fails')]), /names "npm test fails"/);
});

test('what is left out, said twice, or without a reason is refused, and so is an approval of what is not met', () => {
  assert.match(problem([met(2)]), /says nothing of 1, 3/);
  assert.match(problem([met(1), met('1'), met(2), met(3)]), /speaks of 1 twice/);
  assert.match(
    problem([met(1), met(2, { how: ' ' }), met(3, { how: undefined })]),
    /how you know about 2, 3|how you know about 3/,
  );
  const notMet = [met(1), met(2, { verdict: 'not_met', note: 'it is taken' }), met(3)];
  assert.match(problem(notMet), /You approve, but say that criterion 2 is not met/);
  assert.ok('findings' in judge(notMet, 'request_changes'));
  const unknown = met(3, { verdict: 'not_checkable', how: undefined });
  assert.match(problem([met(1), met(2), unknown]), /about 3/);
  assert.ok('findings' in judge([met(1), met(2), { ...unknown, note: 'needs a browser' }]));
});

test('whatever is handed in, what is accepted judges each criterion once, and approves nothing that is not met', () => {
  const one = fc.record({
    criterion: fc.oneof(fc.integer({ min: -1, max: 5 }), fc.constantFrom(...CRITERIA, '2', '3)', '0', 'x')),
    verdict: fc.constantFrom('met' as const, 'not_met' as const, 'not_checkable' as const),
    how: fc.constantFrom('npm test', '', undefined),
    note: fc.constantFrom('because', '', undefined),
  });
  const verdicts = fc.constantFrom('approve' as const, 'request_changes' as const);
  fc.assert(
    fc.property(fc.array(one, { maxLength: 5 }), verdicts, (criteria, verdict) => {
      const found = judgeCriteria({ verdict, criteria }, CRITERIA);
      if ('problem' in found) return;
      assert.deepEqual(
        found.findings.map(({ criterion }) => criterion),
        [1, 2, 3],
      );
      assert.ok(verdict === 'request_changes' || found.findings.every((finding) => finding.verdict !== 'not_met'));
      assert.ok(found.findings.every(({ how = '', note = '' }) => how !== '' || note !== ''));
    }),
  );
});

test('a review of a task without criteria says nothing of any, and one of an older epic need not', () => {
  const call = (input: object) => ({ id: 'c', name: 'submit_review', summary: '', readOnly: false, input });
  const review = { verdict: 'approve', summary: 'Fine.' };
  assert.deepEqual(readOutcome(call({ ...review, criteria: [met(1)] })), {
    outcome: { kind: 'review', ...review, comments: [] },
  });
  assert.ok('problem' in readOutcome(call(review), { criteria: CRITERIA }));
});

const WORK = {
  agentId: 'e.slugs.review.1',
  calls: [
    { turn: 1, tool: 'bash', command: 'cd lib\nnpm test -- slug', path: null, exitCode: 1 },
    { turn: 2, tool: 'bash', command: 'npm test', path: null, exitCode: 0 },
    { turn: 3, tool: 'bash', command: 'npm run latest; sed -n 1,9p src/cart.ts', path: null, exitCode: 0 },
    { turn: 4, tool: 'str_replace_based_edit_tool', command: 'view', path: '/w/e/src/slug.ts', exitCode: null },
  ],
  briefs: ['<diff>\n--- a/README.md\n+++ b/README.md\n+Slugs.\n</diff>'],
};

test('what a reviewer did bears its finding out; the rest is its word', () => {
  const proof = (how: string) => Object.values(prove(how, WORK));
  assert.deepEqual(proof('`npm  test`'), ['ran', 0, 2], 'the last that ran it');
  assert.deepEqual(proof('npm test -- slug'), ['ran', null, 1], 'a part of a call has no exit code of its own');
  assert.deepEqual(proof('npm run build'), ['said', null, null]);
  assert.deepEqual(proof('view'), ['said', null, null], 'no command of a shell');
  assert.deepEqual(proof('test -- sl'), ['said', null, null], 'no whole word');
  assert.deepEqual(proof('src/slug.ts:12'), ['read', null, 4]);
  assert.deepEqual(proof('src/cart.ts:3-9'), ['read', null, 3]);
  assert.deepEqual(proof('README.md:1'), ['read', null, null], 'it was in the brief');
  assert.deepEqual(proof('src/other.ts:1'), ['said', null, null]);
  assert.deepEqual(Object.values(prove('npm test', undefined)), ['said', null, null]);
});

test('a pull request says of each criterion how it is known, plainly what nobody checked, and never too much', () => {
  const judged = {
    ...{ verdict: 'met' as const, how: 'npm test', note: '', proof: 'ran' as const, exitCode: 0, turn: 2 },
    ...{ commitSha: 'a'.repeat(40), isOutdated: false, reviewer: WORK.agentId, at: '' },
  };
  const criteria = [
    { criterion: 'npm test\npasses', judged },
    {
      criterion: 'is fast',
      judged: { ...judged, how: '`x`\n## y', proof: 'said' as const, verdict: 'not_met' as const },
    },
    { criterion: 'is told', judged: null },
  ];
  const text = criteriaSection([{ key: 'slugs', criteria }], { isOfOneTask: true });
  assert.deepEqual(text.split('\n'), [
    '## Criteria',
    '- **met**: npm test passes',
    '  ran `npm test`, exit code 0; at aaaaaaaaaaaa',
    '- **NOT met**: is fast',
    "  the reviewer says: `'x' ## y`; at aaaaaaaaaaaa",
    '- **nobody checked**: is told',
  ]);
  const many = Array.from({ length: 50 }, (_, index) => ({
    key: `task-${index}`,
    criteria: Array.from({ length: 50 }, () => ({ criterion: '😀'.repeat(500), judged })),
  }));
  const long = criteriaSection(many, { isOfOneTask: false });
  assert.ok(long.length < 15_000 && long.isWellFormed(), `${long.length}`);
  assert.match(long, /### task-49\n50 met: too many to list here/);
  assert.equal(criteriaSection([{ key: 'bare', criteria: [] }], { isOfOneTask: true }), '');
});
