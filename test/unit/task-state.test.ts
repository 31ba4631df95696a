/** What a task remembers: whatever happens to it in whatever order, it stays sound. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as handIns from '../../workflows/task/hand-in-state.ts';
import { newTask } from '../../workflows/task/new-task.ts';
import * as placements from '../../workflows/task/placement-state.ts';
import type { HandIn, TaskData } from '../../workflows/task/state.ts';
import * as state from '../../workflows/task/state.ts';
import * as life from '../../workflows/task/status-state.ts';
import * as workers from '../../workflows/task/worker-state.ts';

const change = { headSha: 'a'.repeat(40), treeSha: 'b'.repeat(40), summary: 'done' };
const verdict = { verdict: 'approve', summary: 'good', comments: [] } as const;
const LIMITS = { attempts: 3, rounds: 3, turns: 100 };

const fresh = (): TaskData =>
  newTask({}, { life: 'run-1', startedAt: '2030-01-01T00:00:00.000Z', opening: { kind: 'interrupted' } });

const rewind = (turn: number) => ({ rewindId: `r-${turn}`, transcript: 'e.t.implement.1', turn, by: 'ada' });

/** Each with a number that makes it one of several of its kind. */
const EVENTS: Record<string, (data: TaskData, n: number) => unknown> = {
  place: (data) => placements.setPlacement(data, { host: 'h', epoch: data.epoch + 1 }),
  leavePlace: (data) => placements.clearPlacement(data),
  lose: (data, n) => {
    placements.losePlacement(data, { loss: n % 2 === 0 ? 'host-lost' : 'worktree-gone', keepsAnswers: false });
  },
  prepare: (data) => {
    const at = { baseSha: 'base', headSha: 'head', isMerged: false };
    placements.setWorktree(data, { worktree: '/w', branch: 'factory/e/t', ...at });
  },
  setUp: (data) => [placements.beginSetUp(data), placements.endSetUp(data)],
  takeOver: (data) => placements.takeOver(data, undefined),
  meetConflict: (data) => placements.meetConflict(data, 'target'),
  openWorker: (data, n) => workers.openWorker(data, { agentId: `w-${n}`, attempt: n, nextTurn: 1, openedBy: `o-${n}` }),
  takeTurns: (data, n) => workers.updateWorker(data, { nextTurn: n }),
  replaceWorker: (data) => workers.replaceWorker(data, { kind: 'interrupted' }),
  failAttempt: (data) => workers.countFailedAttempt(data),
  commit: (data, n) => {
    workers.beginCommit(data);
    workers.noteCommitted(data, { summary: `work ${n}` });
  },
  try: (data, n) => state.noteTried(data, `round ${n} `.repeat(100)),
  sendBack: (data) => {
    state.setOpening(data, { kind: 'feedback', by: 'ada', comment: 'use the cache' });
    state.countSetback(data, 'review', LIMITS);
  },
  handIn: (data) => handIns.begin(data, { change, merging: {} }),
  submit: (data) => state.addSubmission(data, change),
  judge: (data) => state.markSubmission(data, 'approved'),
  leaveHandIn: (data) => state.leaveHandIn(data),
  verifyAgain: (data) => handIns.verifyAgain(data, change),
  adopt: (data, n) => life.setPolicy(data, `policy-${n}`, '2030-01-01T00:00:00.000Z'),
  wantRewind: (data, n) => life.wantRewind(data, rewind(n)),
  endRewind: (data) => life.endRewind(data, data.rewind),
};

function check(data: TaskData): void {
  const { submissions, rewinds, worker, tried, rounds } = data;
  assert.deepEqual(
    submissions.map(({ number }) => number),
    submissions.map((_, index) => index + 1),
  );
  assert.ok(
    submissions.slice(0, -1).every((one) => one.state === 'superseded'),
    'a later submission supersedes the others',
  );
  assert.equal(new Set(rewinds).size, rewinds.length);
  if (data.rewind !== undefined) assert.ok(rewinds.includes(data.rewind.rewindId));
  if (data.placement !== undefined) assert.equal(data.placement.epoch, data.epoch);
  if (worker !== undefined) assert.ok(worker.attempt <= data.attempts);
  assert.ok(tried.length <= 20 && tried.every((line) => line.length <= 500));
  assert.ok(Object.values(rounds).every((count) => count >= 0));
}

const events = fc.array(fc.tuple(fc.constantFrom(...Object.keys(EVENTS)), fc.integer({ min: 1, max: 9 })), {
  maxLength: 60,
});

test('whatever happens to a task, what it remembers is sound', () => {
  fc.assert(
    fc.property(events, (happened) => {
      const data = fresh();
      for (const [name, n] of happened) {
        const { epoch, attempts } = data;
        EVENTS[name]?.(data, n);
        check(data);
        assert.ok(data.epoch >= epoch && data.attempts >= attempts, `${name}: neither ever goes back`);
      }
    }),
    { numRuns: 500 },
  );
});

test('whatever came before, a lost place takes the hand-in and the merge with it, and leaves what is on the forge', () => {
  fc.assert(
    fc.property(events, (happened) => {
      const data = fresh();
      for (const [name, n] of happened) EVENTS[name]?.(data, n);
      const { approved, submissions } = structuredClone(data);
      placements.losePlacement(data, { loss: 'host-lost', keepsAnswers: false });
      const { placement, handIn, uncommitted, unverified, parkedAgent, mergeParent } = data;
      const gone = [placement, handIn, uncommitted, unverified, parkedAgent, mergeParent];
      assert.deepEqual(new Set(gone), new Set([undefined]));
      assert.deepEqual([data.approved, data.submissions], [approved, submissions]);
    }),
  );
});

test('a wish to go back counts once, and the newest stands', () => {
  const data = fresh();
  assert.equal(life.wantRewind(data, rewind(3)), true);
  assert.equal(life.wantRewind(data, { ...rewind(3), rewindId: 'r-again' }), false, 'it is under way');
  assert.equal(life.wantRewind(data, rewind(2)), true);
  life.endRewind(data, rewind(3));
  assert.equal(data.rewind?.turn, 2, 'a newer wish came meanwhile');
  life.endRewind(data, data.rewind);
  assert.equal(life.wantRewind(data, rewind(2)), false, 'it was done before');
});

/** The steps of a hand-in, each with what it needs. */
const STEPS: Record<string, readonly [isReady: (handIn: HandIn) => boolean, step: (handIn: HandIn) => void]> = {
  clear: [() => true, (handIn) => handIns.clear(handIn, change)],
  submit: [({ isClear }) => isClear === true, (handIn) => handIns.submitAs(handIn, 1)],
  replaceReviewer: [({ submission }) => submission !== undefined, handIns.replaceReviewer],
  judge: [({ submission }) => submission !== undefined, (handIn) => handIns.setVerdict(handIn, verdict as never)],
  record: [({ verdict: is }) => is !== undefined, handIns.noteRecorded],
  pass: [({ submission }) => submission !== undefined, handIns.passReview],
};

test('no step of a hand-in is taken before those that it rests on', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Object.keys(STEPS)), { maxLength: 20 }), (names) => {
      const handIn: HandIn = { change, merging: {} };
      for (const name of names) {
        const [isReady, step] = STEPS[name] as (typeof STEPS)[string];
        const before = structuredClone(handIn);
        if (isReady(handIn)) step(handIn);
        else {
          assert.throws(() => step(handIn), /not ready/, name);
          assert.deepEqual(handIn, before);
        }
        if (handIn.isReviewed === true) assert.ok(handIn.isClear === true, 'nothing is merged that was not looked at');
        if (handIn.isRecorded === true) assert.ok(handIn.verdict !== undefined);
      }
    }),
  );
});

test('an approval is for a diff and for the policy that it was given under, and ends with the next round', () => {
  const data = fresh();
  const handIn = handIns.begin(data, { change, isClear: true, submission: 1, merging: {} });
  state.addSubmission(data, change);
  assert.equal(handIns.noteReview(data, { handIn, submission: 1, verdict: verdict as never, unchecked: [] }), true);
  handIns.approveMerge(data, { diffHash: 'd', weakened: 'w' });
  assert.deepEqual([handIn.merging.approvedDiff, data.approved?.approvedDiff, data.allowed], ['d', 'd', ['w']]);
  life.setPolicy(data, 'first', '2030-01-01T00:00:00.000Z');
  assert.equal(handIn.merging.approvedDiff, 'd', 'it is the first that the task knows of');
  life.setPolicy(data, 'second', '2030-01-01T00:00:00.000Z');
  assert.deepEqual([handIn.merging.approvedDiff, data.approved, data.setsUpAgain], [undefined, change, true]);
  state.setOpening(data, { kind: 'feedback', by: 'ada', comment: 'another way' });
  assert.equal(data.approved, undefined);
});
