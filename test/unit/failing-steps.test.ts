/** When a host that fails the same step again and again takes no more work, and when it takes work again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFailingSteps } from '../../worker/failing-steps.ts';

const MINUTE = 60_000;

function host() {
  const clock = { now: 0 };
  const steps = createFailingSteps(() => clock.now);
  const fail = (by: string, type = 'RepositoryMissing', step = 'prepareWorktree') =>
    steps.failed({ step, type, message: 'it is not there', by });
  return { clock, steps, fail };
}

test('three tasks in a row that fail the same step in the same way close the host, and its reason says which', () => {
  const { steps, fail } = host();
  assert.deepEqual([fail('a'), fail('b'), steps.refusal()], [false, false, undefined]);
  assert.equal(fail('c'), true);
  assert.match(
    steps.refusal() ?? '',
    /^it takes no more work: prepareWorktree failed for 3 tasks in a row with RepositoryMissing: it is not there/,
  );
});

test('one task that tries again is one witness, and a success in between begins a new row', () => {
  const { steps, fail } = host();
  for (let attempt = 1; attempt <= 5; attempt += 1) assert.equal(fail('a'), false);
  fail('b');
  steps.succeeded('prepareWorktree');
  assert.deepEqual([fail('c'), fail('d'), steps.refusal()], [false, false, undefined]);
});

test('failures of another step, of another kind, or that say nothing of the machine do not add up', () => {
  const { steps, fail } = host();
  fail('a');
  fail('b', 'RepositoryMissing', 'prepareDetached');
  fail('c', 'FolderNotWritable');
  for (const by of ['d', 'e', 'f', 'g']) {
    fail(by, 'BaseBranchMissing');
    fail(by, 'PushRejected', 'pushBranch');
    fail(by, 'FolderNotWritable', 'commitChange');
  }
  assert.equal(steps.refusal(), undefined);
  for (const by of ['h', 'i', 'j']) fail(by, 'TerminalUnavailable', 'bash');
  assert.match(steps.refusal() ?? '', /bash failed/);
});

test('after a minute it takes work on trial: one more failure closes it for longer, a set-up that succeeds opens it', () => {
  const { clock, steps, fail } = host();
  for (const by of ['a', 'b', 'c']) fail(by);
  clock.now += MINUTE;
  assert.equal(steps.refusal(), undefined);
  assert.equal(fail('d'), true);
  clock.now += MINUTE;
  assert.notEqual(steps.refusal(), undefined);
  clock.now += MINUTE;
  assert.equal(steps.refusal(), undefined);
  assert.equal(fail('e'), true);
  assert.equal(steps.succeeded('bash'), false);
  assert.equal(steps.succeeded('prepareDetached'), true);
  assert.equal(steps.refusal(), undefined);
  assert.equal(fail('f'), false);
});
