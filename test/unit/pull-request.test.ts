/** What a changed pull request and its checks mean, as pure decisions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Checks, Feedback, PullRequestView, SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import { type ChecksPolicy, judgeChecks } from '../../workflows/pull-request/checks.ts';
import { approvalsOf, newsOf, textOf } from '../../workflows/pull-request/news.ts';
import { dropApprovals, hear, newMemory, noteApprovals } from '../../workflows/pull-request/state.ts';

const ours: PullRequestView = {
  ...{ number: 1, url: 'u', title: 't', head: 'factory/e/t', base: 'main', headSha: 'ours', state: 'open' },
};
const seen = (more: Partial<SeenPullRequest> = {}): SeenPullRequest => ({
  ...{ ...ours, feedback: [] },
  ...more,
});
const say = (id: string, kind: Feedback['kind'], more: Partial<Feedback> = {}): Feedback => ({
  ...{ id, kind, by: 'ada', body: `${id} says` },
  ...more,
});
const memory = (...heads: string[]) => ({ ...newMemory(), heads });

test('a merge or a closing by hand outweighs all else, and our own merge is no news', () => {
  const feedback = [say('review-1', 'changes')];
  const merged = seen({ state: 'merged', mergedSha: 'm', headSha: 'theirs', feedback });
  assert.deepEqual(newsOf(ours, memory(), merged), { kind: 'merged', mergedSha: 'm' });
  assert.deepEqual(newsOf(ours, memory(), seen({ state: 'closed', feedback })), { kind: 'closed' });
  assert.equal(newsOf({ ...ours, state: 'merged' }, memory(), merged), undefined);
  assert.equal(newsOf(undefined, memory(), undefined), undefined);
});

test('a head that we did not push is somebody’s push; an earlier one of ours is a forge that lags', () => {
  assert.deepEqual(newsOf(ours, memory('older'), seen({ headSha: 'theirs' })), { kind: 'pushed' });
  assert.equal(newsOf(ours, memory('older'), seen({ headSha: 'older' })), undefined);
  assert.deepEqual(newsOf(ours, { ...memory(), headMoved: 'it is elsewhere' }, undefined), { kind: 'pushed' });
});

test('what people said is new until it was heard, and an approval counts for its commit only', () => {
  const known = memory();
  const said = [say('comment-1', 'comment', { path: 'a.ts', line: 3 }), say('review-2', 'changes', { by: 'bob' })];
  const approval = say('review-3', 'approval', { headSha: 'ours' });
  const now = seen({ feedback: [...said, approval] });
  assert.deepEqual(newsOf(ours, known, now), { kind: 'said', said });
  assert.equal(textOf(said), 'a.ts:3: ada: comment-1 says\n\nbob: review-2 says');
  hear(known, said);
  assert.equal(newsOf(ours, known, now), undefined);
  assert.deepEqual(approvalsOf(now, known, 'ours'), [approval]);
  assert.deepEqual(approvalsOf(now, known, 'later'), []);
  noteApprovals(known, [approval]);
  assert.deepEqual(approvalsOf(now, known, 'ours'), [approval], 'it stands as long as the answer');
  dropApprovals(known);
  assert.deepEqual(approvalsOf(now, known, 'ours'), []);
});

const policy = (more: Partial<ChecksPolicy> = {}): ChecksPolicy => ({
  ...RepositoryPolicy.parse({}).checks,
  ...more,
});
const failed = (name: string, redOnBase = false) => ({ name, log: '', redOnBase });
const red = (...all: Checks['failed']): Checks => ({ state: 'red', pending: [], failed: all });

test('what is red here alone is to blame; red on the base too is a person’s, or nobody’s by policy', () => {
  const mixed = red(failed('lint', true), failed('test'));
  assert.deepEqual(judgeChecks(mixed, policy(), 0), { kind: 'checks-red', failed: [failed('test')] });
  assert.equal(judgeChecks(red(failed('lint', true)), policy(), 0).kind, 'checks-held');
  assert.equal(judgeChecks(red(failed('lint', true)), policy({ redOnBase: 'allow' }), 0).kind, 'clear');
});

test('what ended without a verdict is a person’s, whatever else the policy lets pass', () => {
  const ended = { ...failed('build'), without: 'cancelled' };
  for (const all of [[ended], [ended, failed('lint', true)]]) {
    const verdict = judgeChecks(red(...all), policy({ redOnBase: 'allow' }), 0);
    assert.equal(verdict.kind, 'checks-held');
    assert.match((verdict as { reason: string }).reason, /without a verdict: build \(cancelled\)/);
  }
  assert.deepEqual(judgeChecks(red(ended, failed('test')), policy(), 0), {
    ...{ kind: 'checks-red', failed: [failed('test')] },
  });
});

test('without any check the policy decides, but for those that it requires', () => {
  const none: Checks = { state: 'none', pending: [], failed: [] };
  assert.equal(judgeChecks(none, policy(), 0).kind, 'clear');
  assert.equal(judgeChecks(none, policy({ none: 'hold' }), 0).kind, 'checks-held');
  assert.deepEqual(judgeChecks(none, policy({ required: ['ci'] }), 0), { kind: 'pending', names: ['ci'] });
  const late = judgeChecks(none, policy({ required: ['ci'], timeoutMinutes: 5 }), 5);
  assert.match((late as { reason: string }).reason, /after 5 minutes nobody has begun these: ci/);
});

test('a required check that nobody begins is said after minutes; one that runs is waited for', () => {
  const pending: Checks = { state: 'pending', pending: ['build'], missing: ['build'], failed: [] };
  assert.equal(judgeChecks(pending, policy(), 9).kind, 'pending');
  const held = judgeChecks(pending, policy(), 10);
  assert.match((held as { reason: string }).reason, /nobody has begun these: build\. Perhaps .* include factory/);
  assert.equal(judgeChecks({ ...pending, missing: [] }, policy(), 10).kind, 'pending');
  assert.equal(judgeChecks({ ...pending, pending: ['build', 'lint'] }, policy(), 10).kind, 'pending');
});

test('what is red on the base too is let pass, or asked about, once the required ones have begun', () => {
  const missing = { pending: ['e2e'], missing: ['e2e'] };
  const early = { ...red(failed('lint', true)), ...missing };
  for (const redOnBase of ['allow', 'ask'] as const) {
    assert.deepEqual(judgeChecks(early, policy({ redOnBase }), 9), { kind: 'pending', names: ['e2e'] });
  }
  const allowed = judgeChecks(early, policy({ redOnBase: 'allow' }), 10);
  assert.deepEqual((allowed as { neverBegan?: readonly string[] }).neverBegan, ['e2e']);
  const asked = judgeChecks(early, policy(), 10);
  assert.match(
    (asked as { reason: string }).reason,
    /red, on the base branch too: lint; .* nobody has begun these: e2e/,
  );
  const blamed = { ...red(failed('test')), ...missing };
  assert.deepEqual(judgeChecks(blamed, policy(), 0), { kind: 'checks-red', failed: [failed('test')] });
  const ended = { ...red({ ...failed('build'), without: 'cancelled' }), ...missing };
  assert.match((judgeChecks(ended, policy(), 0) as { reason: string }).reason, /build \(cancelled\).* begun .*: e2e/);
});

test('nothing but green, or what the policy lets pass, is ever clear', () => {
  const names = fc.array(
    fc.record(
      {
        name: fc.constantFrom('a', 'b'),
        log: fc.constant(''),
        redOnBase: fc.boolean(),
        without: fc.constant('cancelled'),
      },
      { requiredKeys: ['name', 'log', 'redOnBase'] },
    ),
  );
  const states = fc.constantFrom<Checks['state']>('none', 'pending', 'green', 'red');
  const policies = fc.record({
    required: fc.subarray(['a', 'b']),
    none: fc.constantFrom<'allow' | 'hold'>('allow', 'hold'),
    redOnBase: fc.constantFrom<'ask' | 'allow'>('ask', 'allow'),
    timeoutMinutes: fc.constant(10),
  });
  fc.assert(
    fc.property(states, names, fc.subarray(['a', 'b']), policies, fc.nat(20), (state, all, missing, given, minutes) => {
      const checks = { state, pending: missing, missing, failed: state === 'red' ? all : [] };
      const verdict = judgeChecks(checks, given, minutes);
      if (verdict.kind !== 'clear') return;
      assert.deepEqual(missing, []);
      const isPassed =
        state === 'green' ||
        (state === 'none' && given.none === 'allow' && given.required.length === 0) ||
        (state === 'red' &&
          given.redOnBase === 'allow' &&
          all.every(({ redOnBase, without }) => redOnBase && without === undefined));
      assert.ok(isPassed, `${state} was clear`);
    }),
  );
});
