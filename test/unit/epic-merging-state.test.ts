/** How an epic comes to its plan and into its base: what is approved, asked and in the way, in any order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EpicInput } from '../../workflows/contract/epic.ts';
import { TaskInput } from '../../workflows/contract/plan.ts';
import { lastWords } from '../../workflows/epic/issue-words.ts';
import * as merging from '../../workflows/epic/merging-state.ts';
import * as asked from '../../workflows/epic/open-questions-state.ts';
import * as plans from '../../workflows/epic/plan-state.ts';
import { type EpicData, newEpic } from '../../workflows/epic/state.ts';

const fresh = (): EpicData => newEpic(EpicInput.parse({ title: 'The shop' }), '2030-01-01T00:00:00.000Z');
const answer = (decision: string) => ({ requestId: 'merge-1', decision, by: 'ada' });
const reviser = { at: '2030-01-01T00:00:00.000Z', by: 'ada', why: 'the goal changed' };
const task = (key: string) => TaskInput.parse({ key, title: key });

const EVENTS: Record<string, (data: EpicData, n: number) => unknown> = {
  ask: (data, n) => merging.noteMergeAsked(data, { headSha: `head-${n}`, diffHash: `diff-${n}` }),
  approve: (data) => merging.noteMergeAnswer(data, answer('approve')),
  reject: (data) => merging.noteMergeAnswer(data, answer('reject')),
  conflict: (data) => merging.noteObstacle(data, { kind: 'conflict', files: ['a'], targetSha: 't' }),
  leaveObstacle: (data) => merging.leaveObstacle(data),
  restart: (data) => merging.restartMerging(data),
  adoptPolicy: (data) => merging.dropMergeApproval(data),
  rewrite: (data, n) => merging.noteRewritten(data, { known: `k-${n}`, now: `n-${n}` }),
  agree: (data) => merging.agreeToNewBase(data),
  takeNewBase: (data, n) => merging.takeNewBase(data, `base-${n}`),
  push: (data, n) => merging.noteMoved(data, `head-${n}`),
  question: (data, n) => asked.noteAsked(data, `about-${n}`, `about-${n}-1`),
  answered: (data, n) => asked.forgetAsked(data, `about-${n}`),
};

const events = fc.array(fc.tuple(fc.constantFrom(...Object.keys(EVENTS)), fc.integer({ min: 1, max: 3 })), {
  maxLength: 40,
});

test('only a diff that a person was asked about is ever approved, and a rejection never approves', () => {
  fc.assert(
    fc.property(events, (happened) => {
      const data = fresh();
      const seen = new Set<string | undefined>([undefined]);
      for (const [name, n] of happened) {
        const before = structuredClone(data);
        EVENTS[name]?.(data, n);
        seen.add(data.merging.asked?.diffHash);
        const { approvedDiff } = data.merging;
        assert.ok(seen.has(approvedDiff), 'nobody was asked about it');
        if (approvedDiff !== before.merging.approvedDiff && approvedDiff !== undefined) assert.equal(name, 'approve');
        if (name === 'leaveObstacle' && before.merging.obstacle?.kind === 'rejected')
          assert.equal(approvedDiff, undefined);
      }
    }),
    { numRuns: 500 },
  );
});

test('a rewritten base stays what was found first, until the epic stands on another', () => {
  const data = fresh();
  merging.noteRewritten(data, { known: 'a', now: 'b' });
  merging.noteRewritten(data, { known: 'a', now: 'c' });
  merging.agreeToNewBase(data);
  assert.deepEqual(data.rewritten, { known: 'a', now: 'b', isAgreed: true });
  merging.takeNewBase(data, 'b');
  assert.deepEqual([data.rewritten, data.baseSha], [undefined, 'b']);
});

test('a plan is settled once; a rejected one leaves its words to the next', () => {
  const data = fresh();
  assert.throws(() => plans.beginTasks(data), /without a plan/);
  const { openedBy } = plans.plannerOf(data, 'chain');
  assert.equal(plans.plannerOf(data, 'chain').openedBy, openedBy, 'the same wish');
  plans.setPlan(data, [task('api')], reviser);
  plans.rejectPlan(data, 'in two');
  assert.deepEqual([data.tasks, data.planFeedback], [[], 'in two']);
  plans.setPlan(data, [task('db'), task('api')], reviser);
  plans.approvePlan(data);
  plans.beginMerging(data);
  assert.deepEqual([data.stage, data.planFeedback], ['merging', undefined]);
  plans.beginTasks(data);
  plans.addTask(data, task('docs'), reviser);
  assert.deepEqual(
    data.tasks.map((entry) => entry.task.key),
    ['db', 'api', 'docs'],
  );
  assert.equal(plans.notePlanningFailed(data), 1);
  assert.notEqual(plans.plannerOf(data, 'chain').openedBy, openedBy, 'another agent');
});

test('questions are known by their subject until they are answered', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.constantFrom('plan', 'merge', 'base'))), (happened) => {
      const data = fresh();
      const open = new Set<string>();
      for (const [isNew, about] of happened) {
        if (isNew) open.add(about);
        else open.delete(about);
        if (isNew) asked.noteAsked(data, about, `${about}-1`);
        else asked.forgetAsked(data, about);
        assert.deepEqual(new Set(Object.keys(data.asked)), open);
      }
    }),
  );
});

test('the result on the issue says how a merge is not what it was to be', () => {
  const data = fresh();
  const result = () => lastWords(data, 'COMPLETED', '').flatMap((word) => (word.kind === 'comment' ? [word.body] : []));
  merging.setMerged(data, 'abc', true);
  merging.noteFault(data, 'abc is red: unit');
  merging.takeFault(data);
  const more = 'the base branch holds more than what was verified, and abc is red: unit';
  assert.deepEqual(result(), [`**Merged** into the base branch: abc. But ${more}`]);
  merging.noteUndelivered(data, 'main does not hold abc');
  assert.deepEqual(result(), [`**Merged**: abc. But ${more}; it is not delivered: main does not hold abc`]);
  merging.noteUndelivered(data, undefined);
  merging.verifyBase(data);
  assert.deepEqual(result(), ['**Merged** into the base branch: abc'], 'nothing is known of the newest base yet');
});
