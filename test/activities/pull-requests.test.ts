/** What workflows are told of a pull request and its checks: all that they need, and never more than a payload takes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createForgeActivities } from '../../activities/forge/activities.ts';
import type { Forge, ForgePullRequest } from '../../activities/forge/forge.ts';
import type { Checks, Feedback } from '../../workflows/contract/pull-request.ts';
import { inContext, toNobody } from '../support/git-stage.ts';

const ref = { repository: 'example', number: 1 };
/** A forge that has only this to say. */
const saying = (answers: { feedback?: Feedback[]; checks?: Checks }) =>
  inContext(
    createForgeActivities({
      ...toNobody,
      forge: {
        readPullRequest: async () =>
          ({ ...ref, headSha: 'now', feedback: answers.feedback }) as unknown as ForgePullRequest,
        readChecks: async () => answers.checks,
      } as unknown as Forge,
    }),
  );

test('what was heard is not told again, approvals only of the present head, and long words are cut', async () => {
  const say = (id: string, kind: Feedback['kind'], more: Partial<Feedback> = {}) => ({
    id,
    kind,
    by: 'ada',
    body: id,
    ...more,
  });
  const forge = saying({
    feedback: [
      say('comment-1', 'comment'),
      say('review-2', 'approval', { headSha: 'before' }),
      say('review-3', 'approval', { headSha: 'now' }),
      say('comment-4', 'comment', { body: 'x'.repeat(50_000) }),
    ],
  });
  const { feedback } = await forge.readPullRequest({ ...ref, heard: ['comment-1', 'review-3'] });
  assert.deepEqual(
    feedback.map(({ id, body }) => [id, body.length]),
    [
      ['review-3', 8],
      ['comment-4', 8_000],
    ],
  );
});

test('of many red checks those come first that the base does not have', async () => {
  const failed = Array.from({ length: 30 }, (_, i) => ({ name: `c${i}`, log: 'y'.repeat(9_000), redOnBase: i !== 29 }));
  const forge = saying({ checks: { state: 'red', pending: [], failed } });
  const told = (await forge.readChecks({ ...ref, headSha: 'now', required: [] })).failed;
  assert.deepEqual([told.length, told[0]?.name, told[0]?.log.length], [10, 'c29', 4_000]);
});

test('how a pull request ended is shown by whoever closes it', async () => {
  for (const state of ['open', 'merged'] as const) {
    const shown: unknown[] = [];
    const { closePullRequest } = inContext(
      createForgeActivities({
        ...toNobody,
        showEnd: async ({ repository, number }, ended) => void shown.push({ repository, number, ...ended }),
        forge: {
          readPullRequest: async () => ({ ...ref, state }) as unknown as ForgePullRequest,
          comment: async () => {},
          close: async () => {},
        } as unknown as Forge,
      }),
    );
    const ended = await closePullRequest({ ...ref, comment: 'Not now' });
    assert.deepEqual(ended, { state: state === 'open' ? 'closed' : 'merged' });
    assert.deepEqual(shown, [{ ...ref, ...ended }]);
  }
});
