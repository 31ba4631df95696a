/** On the local forge, to which no people and no CI come, a merge looks at nothing beforehand, and at what it refuses. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import { handInAtOnce, tasks } from './answers.ts';
import { keyOf, sha } from './names.ts';
import { SETTINGS } from './settings.ts';
import { openStage } from './stage.ts';

let stage: Awaited<ReturnType<typeof openStage>>;
const { policy } = SETTINGS;
before(async () => {
  stage = await openStage({
    settings: { forge: 'local', policy: { ...policy, checks: { ...policy.checks, none: 'hold' } } },
  });
});
after(() => stage.close());

/** Looks at pull requests and checks, by the branch's last part. */
const looks: string[] = [];
beforeEach(() => looks.splice(0));

/** `refused`: how the first merge of this branch fails, and how its pull request is from then on. */
function play(refused?: { key: string; type: string; seen: Partial<SeenPullRequest> }) {
  let isRefused = false;
  stage.play({
    takeTurn: handInAtOnce,
    readChecks: (head) => {
      looks.push(`checks ${keyOf(head)}`);
      return undefined;
    },
    readPullRequest: (head) => {
      looks.push(keyOf(head));
      return isRefused && keyOf(head) === refused?.key ? refused.seen : undefined;
    },
    mergePullRequest: (head, run) => {
      if (keyOf(head) !== refused?.key || run > 1) return;
      isRefused = true;
      throw ApplicationFailure.nonRetryable('it is elsewhere', refused.type);
    },
    compareBranch: () => ({ kind: 'ahead', headSha: sha('theirs') }),
  });
}

/** Answers what the policy makes of no checks, so often. */
async function mergeAnyway(epicId: string, key: string): Promise<void> {
  const request = await stage.asked(epicId, 'question', key === 'epic' ? undefined : key);
  assert.match(request.question, /no check ran/);
  await stage.respond(epicId, request.requestId, 'merge');
}

test('no check is read, but the policy that a commit without checks is held still holds', async () => {
  play();
  const handle = await stage.start('quiet', { title: 'Quiet', tasks: tasks({ a: [], b: ['a'] }) });
  for (const key of ['a', 'b', 'epic']) await mergeAnyway('quiet', key);
  await handle.result();
  assert.deepEqual(looks, []);
  assert.deepEqual(stage.merged('quiet'), ['a', 'b', 'epic']);
});

test('a push by hand that the merge of the whole refuses is taken in, and nobody is asked how to go on', async () => {
  play({ key: 'epic', type: 'HeadMoved', seen: { headSha: sha('theirs') } });
  const handle = await stage.start('pushed', { title: 'Pushed', tasks: tasks({ c: [], d: ['c'] }) });
  for (const key of ['c', 'd', 'epic']) await mergeAnyway('pushed', key);
  await handle.result();
  assert.deepEqual([...new Set(looks)], ['epic']);
  const log = await stage.decisions('pushed');
  assert.ok(log.some(({ decision }) => decision === 'factory/pushed/epic was moved by hand'));
  const { requests } = await stage.status('pushed');
  assert.ok(requests.every(({ question }) => /no check ran/.test(question)));
});

test('a pull request that is closed when it is merged waits for a person', async () => {
  play({ key: 'e', type: 'PullRequestClosed', seen: { state: 'closed' } });
  const handle = await stage.start('closed', { title: 'Closed', tasks: tasks({ e: [], f: [] }) });
  await Promise.all(['e', 'f'].map((key) => mergeAnyway('closed', key)));
  const { question } = await stage.asked('closed', 'question', 'e');
  assert.match(question, /was closed by hand\. Choose: reopen/);
  await handle.cancel();
  await handle.result().catch(() => undefined);
});
