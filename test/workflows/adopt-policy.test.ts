/** factory.yaml that was fixed on the base while a question about a gate is open: adopted only by a person who says so. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { ReadBasePolicyInput } from '../../activities/base-policy.ts';
import { taskWorkflowId } from '../../workflows/contract/ids.ts';
import type { Feedback } from '../../workflows/contract/pull-request.ts';
import type { HumanRequestView } from '../../workflows/contract/records.ts';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, tasks } from './answers.ts';
import type { Script } from './script.ts';
import { SETTINGS } from './settings.ts';
import { openStage } from './stage.ts';

const stage = await openStage({
  suggestContinueAsNewAt: 100,
  settings: { policy: { ...SETTINGS.policy, setup: { run: 'set up', keep: [], while: [] } } },
});
after(() => stage.close());
const { lines } = stage;

/** The base has another policy by now. */
const another = (weaker: readonly string[] = [], change: object = {}) => {
  const fix = { verify: [{ name: 'verify', command: 'fixed' }], ...change };
  return ({ policy }: ReadBasePolicyInput) => ({
    ...({ kind: 'differs', baseSha: 'b'.repeat(40), policyHash: 'q', concurrency: 4 } as const),
    policy: { ...policy, ...fix },
    ...{ changes: ['verify.verify: true → fixed'], weaker, weakerThanFirst: weaker },
  });
};
/** Only the policy that is adopted can be green. */
const gate: Script = {
  takeTurn: handInAtOnce,
  isBaseRed: (_, hash) => hash !== 'q',
  verify: (_, __, hash) => hash === 'q',
};
const log = async (epicId: string) =>
  (await stage.decisions(epicId)).map(({ actor, decision, reason }) => `${actor}: ${decision}: ${reason}`);
const changed = async (id: string, before: HumanRequestView): Promise<HumanRequestView> =>
  waitFor(async () => {
    const now = await stage.asked(id, before.kind);
    return now.question !== before.question && now;
  });

test('retry offers what the base has by now, and adopt gives it to each task, also to those that come later', async () => {
  stage.play({ ...gate });
  const graph = tasks({ left: [], right: [], later: ['left', 'right'] });
  await stage.start('adopts', { title: 'Adopts', tasks: graph, concurrency: 2 });
  const asked = await stage.asked('adopts', 'question');
  assert.deepEqual(asked.options, ['retry', 'adopt', 'continue', 'cancel']);
  assert.match(asked.question, /fix it on main, then choose adopt: this epic uses it from then on/);

  const early = await stage.respond('adopts', asked.requestId, 'adopt');
  assert.equal(early.changed, false);
  assert.match(early.message, /what this epic uses already/);

  stage.play({ ...gate, basePolicy: another() });
  const offered = await stage.respond('adopts', asked.requestId, 'retry');
  assert.equal(offered.changed, false);
  const now = await stage.asked('adopts', 'question');
  assert.equal(now.requestId, asked.requestId, 'nobody is asked twice');
  assert.match(now.question, /verify.verify: true → fixed/);
  assert.equal(lines('verify left under q').length, 0, 'nothing is adopted by retry');

  await stage.respond('adopts', asked.requestId, 'adopt');
  const view = await stage.until('adopts', ({ state }) => state === 'COMPLETED');
  for (const key of ['left', 'right', 'later', 'epic']) {
    assert.ok(lines(`verify ${key} under q`).length > 0, `${key} is verified under it`);
  }
  assert.equal(lines('verify later under p').length, 0);
  assert.equal(view.settings?.policyHash, 'q');
  assert.deepEqual(
    view.settings?.adopted?.map(({ by, baseSha }) => [by, baseSha]),
    [['me', 'b'.repeat(40)]],
  );
  assert.ok(
    (await log('adopts')).includes(`me: adopts factory.yaml of main at ${'b'.repeat(40)}: verify.verify: true → fixed`),
  );
});

test('a merge that is verified while another is adopted waits for a person where that one protects what it touches', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({
    takeTurn: handInAtOnce,
    isBaseRed: (key, hash) => key === 'asks' && hash !== 'q',
    verify: async (key, run, hash) => {
      if (key === 'merges' && run === 2) await gate.promise;
      return key !== 'asks' || hash === 'q';
    },
    mergeTarget: (key) => (key === 'merges' ? 'merged' : undefined),
    mergedProtected: (key, protection) =>
      key === 'merges' && protection?.protectedPaths?.includes('added') === true
        ? { lines: ['modified added/file'], total: 1, hash: 'added' }
        : undefined,
    basePolicy: another([], { protectedPaths: ['added'] }),
  });
  const handle = await stage.start('protects', { title: 'Protects', tasks: tasks({ asks: [], merges: [] }) });
  const asked = await stage.asked('protects', 'question');
  await waitFor(() => lines('verify merges under p').length === 2);
  await stage.respond('protects', asked.requestId, 'adopt');
  await waitFor(() => lines('verify asks under q').length > 0);
  gate.resolve();
  const { requestId, question } = await stage.asked('protects', 'protected-paths', 'merges');
  assert.match(question, /modified added\/file/);
  assert.equal(lines('push merges').length, 1, 'what the merge made is not pushed');
  await stage.respond('protects', requestId, 'approve');
  await handle.result();
});

test('retry goes on with the pinned one once the question has said that the base has another', async () => {
  stage.play({ ...gate, basePolicy: another() });
  await stage.start('declines', { title: 'Declines', tasks: tasks({ only: [] }) });
  const asked = await stage.asked('declines', 'question');
  assert.match(asked.question, /verify.verify: true → fixed\. Choose adopt to use it in this epic from now on/);
  const answered = await stage.respond('declines', asked.requestId, 'retry');
  assert.equal(answered.changed, true);
  const next = await stage.askedAgain('declines', asked);
  assert.equal(lines('verify only under q').length, 0);
  await stage.respond('declines', next.requestId, 'cancel');
  await stage.until('declines', ({ state }) => state === 'CANCELLED');
});

test('one that protects less is adopted only by who has read that, and the merge question says it', async () => {
  stage.play(gate);
  await stage.start('weaker', { title: 'Weaker', tasks: tasks({ one: [] }), requireApproval: ['merge'] });
  const asked = await stage.asked('weaker', 'question');
  stage.play({ ...gate, basePolicy: another(['no longer protected: ci']) });
  assert.equal((await stage.respond('weaker', asked.requestId, 'adopt')).changed, false);
  const now = await changed('weaker', asked);
  assert.match(now.question, /It protects less: no longer protected: ci\. Choose adopt with the answer q to use it/);
  // The same answer again has read nothing.
  assert.equal((await stage.respond('weaker', asked.requestId, 'adopt')).changed, false);
  assert.equal(lines('verify one under q').length, 0);
  await stage.respond('weaker', asked.requestId, 'adopt', { answer: 'q' });
  const merge = await stage.asked('weaker', 'merge');
  assert.match(
    merge.question,
    /me adopted factory.yaml of main at bbbbbbbbbbbb[\s\S]*protects less than the one before: no longer protected: ci/,
  );
  await stage.respond('weaker', merge.requestId, 'approve');
  await stage.until('weaker', ({ state }) => state === 'COMPLETED');
});

test('an approval on the forge that adopting dropped does not answer the next question about the same commit', async () => {
  let feedback: Feedback[] = [];
  let isHeld = false;
  stage.play({
    takeTurn: handInAtOnce,
    basePolicy: another(),
    readPullRequest: () => ({ feedback }),
    readChecks: () => (isHeld ? { state: 'red', failed: [{ name: 'ci', log: '', redOnBase: true }] } : undefined),
  });
  await stage.start('stands', { title: 'Stands', tasks: tasks({ one: [] }), requireApproval: ['merge'] });
  const first = await stage.asked('stands', 'merge');
  const headSha = first.headSha as string;
  isHeld = true;
  feedback = [{ id: 'review-1', by: 'ada', kind: 'approval', body: '', headSha }];
  const task = stage.client.workflow.getHandle(taskWorkflowId('stands', 'one'));
  await task.signal('pullRequestChanged', { number: stage.pullRequests.get('factory/stands/one') });
  const held = await stage.asked('stands', 'question');
  isHeld = false;
  await stage.respond('stands', held.requestId, 'adopt');
  const second = await stage.askedAgain('stands', first);
  assert.equal(second.headSha, headSha);
  await stage.respond('stands', second.requestId, 'approve');
  const { requests } = await stage.until('stands', ({ state }) => state === 'COMPLETED');
  assert.deepEqual(
    requests.filter(({ kind }) => kind === 'merge').map(({ answer }) => answer?.by),
    ['ada', 'me'],
  );
});

test('one that is not valid is refused with the reason, and the question stays open', async () => {
  stage.play(gate);
  await stage.start('broken', { title: 'Broken', tasks: tasks({ one: [] }) });
  const asked = await stage.asked('broken', 'question');
  stage.play({ ...gate, basePolicy: () => ({ kind: 'broken', reason: 'factory.yaml on main is not valid: verify' }) });
  const answer = await stage.respond('broken', asked.requestId, 'adopt');
  assert.equal(answer.changed, false);
  assert.match(answer.message, /factory.yaml on main is not valid: verify/);
  assert.match(
    (await changed('broken', asked)).question,
    /cannot be adopted as it is: factory.yaml on main is not valid/,
  );
  stage.play({ ...gate, basePolicy: another() });
  await stage.respond('broken', asked.requestId, 'adopt');
  await stage.until('broken', ({ state }) => state === 'COMPLETED');
});

test('a set-up that cannot work is a failed task, whose question offers the same', async () => {
  const broken = () => {
    throw ApplicationFailure.nonRetryable('The set-up command ended with 127', 'SetupFailed');
  };
  stage.play({ takeTurn: handInAtOnce, runSetup: (_, run) => (run === 1 ? broken() : undefined) });
  await stage.start('set-up', { title: 'Set-up', tasks: tasks({ one: [] }) });
  const asked = await stage.asked('set-up', 'failed-task');
  assert.ok(asked.options.includes('adopt'));
  stage.play({ takeTurn: handInAtOnce, basePolicy: another([], { setup: { run: 'fixed', keep: [], while: [] } }) });
  const answer = await stage.update('set-up', 'retryTask', { taskKey: 'one', by: 'me' });
  assert.equal(answer.changed, false, 'retry offers it first');
  await stage.respond('set-up', asked.requestId, 'adopt');
  await stage.until('set-up', ({ state }) => state === 'COMPLETED');
});

test('a decision counts that comes while the question about a failed task is prepared', async () => {
  const [reading, read] = [Promise.withResolvers<void>(), Promise.withResolvers<undefined>()];
  stage.play({
    takeTurn: handInAtOnce,
    runSetup: (_, run) => {
      if (run === 1) throw ApplicationFailure.nonRetryable('The set-up command ended with 127', 'SetupFailed');
    },
    basePolicy: () => {
      reading.resolve();
      return read.promise;
    },
  });
  await stage.start('soon', { title: 'Soon', tasks: tasks({ soon: [] }) });
  await reading.promise;
  assert.equal((await stage.update('soon', 'retryTask', { taskKey: 'soon', by: 'me' })).changed, true);
  read.resolve(undefined);
  await stage.until('soon', ({ state }) => state === 'COMPLETED');
});

test('an answer has no effect when another one came while factory.yaml was read', async () => {
  const [reading, read] = [Promise.withResolvers<void>(), Promise.withResolvers<undefined>()];
  const broken = () => {
    throw ApplicationFailure.nonRetryable('The set-up command ended with 127', 'SetupFailed');
  };
  stage.play({ takeTurn: handInAtOnce, runSetup: (key) => (key === 'late' ? broken() : undefined) });
  await stage.start('overtaken', { title: 'Overtaken', tasks: tasks({ late: [], fine: [] }) });
  const { requestId } = await stage.asked('overtaken', 'failed-task', 'late');
  stage.play({
    takeTurn: handInAtOnce,
    basePolicy: () => {
      reading.resolve();
      return read.promise;
    },
  });
  const retried = stage.respond('overtaken', requestId, 'retry');
  await reading.promise;
  assert.equal((await stage.respond('overtaken', requestId, 'skip')).changed, true);
  read.resolve(undefined);
  const message = 'answered before by me, and that stands: skip';
  assert.deepEqual(await retried, { changed: false, message });
  const view = await stage.until('overtaken', ({ state }) => state === 'COMPLETED');
  assert.equal(view.tasks.find(({ task }) => task.key === 'late')?.status?.state, 'CANCELLED');
});
