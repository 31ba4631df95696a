/** The poll of the tracker, with real records and the double of Linear: more changes than a round passes on. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { createPollTracker } from '../../activities/tracker/poll.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { openLinear } from '../support/linear/account.ts';

const { linear, db, tracker, close } = await openLinear();
after(close);

const passedOn: string[] = [];
const signalWithStart = async (_: string, { args }: { args: { issueId: string }[] }) => {
  passedOn.push(args[0]?.issueId ?? '');
};
const { pollTracker } = createPollTracker({
  db,
  temporal: { workflow: { signalWithStart } } as unknown as Client,
  tracker,
});
const poll = async (): Promise<number> =>
  ((await new MockActivityEnvironment().run(pollTracker, {})) as { changed: number }).changed;

test('more changes than a round passes on are passed on by the next rounds, each once and the oldest first', async () => {
  const issues = Array.from({ length: 1_203 }, () => linear.store.addIssue({ labels: ['factory'] }));
  // Most within one moment, which the next round asks for again, and some long before.
  const long = Date.now() - 3_600_000;
  for (const [n, issue] of issues.entries()) issue.updatedAt = new Date(n < 300 ? long + n : long + 600_000);
  assert.deepEqual([await poll(), await poll(), await poll(), await poll()], [500, 500, 203, 0]);
  assert.deepEqual(passedOn.toSorted(), issues.map(({ id }) => id).toSorted());
  assert.deepEqual(
    passedOn.slice(0, 300),
    issues.slice(0, 300).map(({ id }) => id),
  );
  const [first] = issues;
  assert.ok(first !== undefined);
  linear.store.edit(first, { title: 'Again' });
  assert.deepEqual([await poll(), await poll()], [1, 0]);
});
