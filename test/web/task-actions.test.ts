/** What can be done with a task, when, and in what words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsOf, consequenceOf } from '../../web/parts/task-actions.ts';
import { agentTitle, byCommit, roundsWords, submissionMeaning } from '../../web/parts/task-story.ts';

const task = (state: string, more = {}) => ({
  key: 'cart',
  state,
  phase: '',
  startedAt: '2026-01-01T00:00:00.000Z',
  rewindTurns: [] as number[],
  agents: [] as { state: string }[],
  ...more,
});
const other = (key: string, state: string, ...dependsOn: string[]) => ({ key, state, phase: '', dependsOn });
const epic = (...tasks: ReturnType<typeof other>[]) => ({ state: 'IN_PROGRESS', tasks });

test('a task that runs can be cancelled, and taken back where files were kept', () => {
  assert.deepEqual(actionsOf(task('IN_PROGRESS'), epic(), []), ['cancel']);
  assert.deepEqual(actionsOf(task('REVIEW', { rewindTurns: [3] }), epic(), []), ['rewind', 'cancel']);
});

test('what an agent does can be interrupted while it does something', () => {
  const withAgent = (state: string) => actionsOf(task('IN_PROGRESS', { agents: [{ state }] }), epic(), []);
  assert.deepEqual(withAgent('BUSY'), ['interrupt', 'cancel']);
  assert.deepEqual(withAgent('WAITING'), ['cancel']);
  assert.match(consequenceOf('interrupt', task('IN_PROGRESS'), epic()), /goes on with its next turn/);
});

test('a task that waits to start can be skipped or cancelled, and has nothing to go back to', () => {
  const waiting = { startedAt: null, rewindTurns: [3] };
  assert.deepEqual(actionsOf(task('PENDING', waiting), epic(), []), ['skip', 'cancel']);
  assert.deepEqual(actionsOf(task('BLOCKED', waiting), epic(), []), ['skip', 'cancel']);
});

test('a task that waits for a person in the middle of its work cannot be skipped before it is cancelled', () => {
  assert.deepEqual(actionsOf(task('BLOCKED', { rewindTurns: [3] }), epic(), []), ['rewind', 'cancel']);
});

test('a task that ended unmerged can be tried again, skipped, or taken back', () => {
  assert.deepEqual(actionsOf(task('FAILED', { rewindTurns: [3] }), epic(), []), ['rewind', 'retry', 'skip']);
  assert.deepEqual(actionsOf(task('CANCELLED'), epic(), []), ['retry', 'skip']);
  for (const who of ['a person', 'the Supervisor']) {
    assert.deepEqual(actionsOf(task('CANCELLED', { phase: `skipped by ${who}` }), epic(), []), ['retry']);
  }
});

test('what an open question offers is answered there', () => {
  assert.deepEqual(actionsOf(task('FAILED'), epic(), ['retry', 'skip', 'cancel']), []);
});

test('nothing can be done with a merged task or in an epic that has ended', () => {
  assert.deepEqual(actionsOf(task('COMPLETED', { rewindTurns: [3] }), epic(), []), []);
  assert.deepEqual(actionsOf(task('FAILED'), { ...epic(), state: 'CANCELLED' }, []), []);
});

test('an epic that could not be read rules nothing out', () => {
  assert.deepEqual(actionsOf(task('FAILED'), undefined, []), ['retry', 'skip']);
});

test('a skip says what depends on the task, and when nothing would be merged', () => {
  const needed = epic(other('cart', 'FAILED'), other('ui', 'PENDING', 'cart'), other('api', 'COMPLETED'));
  assert.match(consequenceOf('skip', task('FAILED'), needed), /may start without its work: ui\./);
  const last = (phase: string) => epic(other('cart', 'FAILED'), { ...other('ui', 'CANCELLED'), phase });
  assert.match(consequenceOf('skip', task('FAILED'), last('skipped by a person')), /ends with nothing merged/);
  const undecided = consequenceOf('skip', task('FAILED'), last('cancelled by ann'));
  assert.doesNotMatch(undecided, /nothing merged/, 'the epic asks about it');
  assert.doesNotMatch(consequenceOf('skip', task('FAILED'), undefined), /nothing merged|may start/);
});

test('rounds are told by what sent the task back', () => {
  assert.equal(roundsWords(null), undefined);
  assert.equal(roundsWords({ verification: 0, review: 0 }), undefined);
  assert.equal(roundsWords({ verification: 0, review: 1 }), 'Sent back once: 1 for the review');
  assert.equal(
    roundsWords({ verification: 1, review: 2, conflict: 0, checks: 1 }),
    'Sent back 4 times: 1 for red checks, 2 for the review, 1 for red checks of the forge',
  );
});

test('evidence stands by commit, the latest first, red when one check is, and green once all have run', () => {
  const proof = (commitSha: string, exitCode: number) => ({ commitSha, exitCode });
  const lint = (commitSha: string) => ({ commitSha, checks: ['lint'] });
  const proofs = [proof('a', 0), proof('a', 1), proof('b', 0), proof('c', 0)];
  assert.deepEqual(
    byCommit(proofs, [lint('a'), lint('c')]).map(({ commitSha, found, verdict }) => [commitSha, found.length, verdict]),
    [
      ['c', 1, 'not all run'],
      ['b', 1, 'green'],
      ['a', 2, 'red'],
    ],
  );
});

test('words of a later version are shown as they come', () => {
  assert.equal(agentTitle({ purpose: 'implement', attempt: 2 }), 'Implementation, attempt 2');
  assert.equal(agentTitle({ purpose: 'dream', attempt: 1 }), 'dream, attempt 1');
  assert.equal(submissionMeaning('dreamt').words, '');
});
