/** An unknown failure is retried for a while, then a person is asked, and nothing is held meanwhile. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { failure, finalFailure, passingFailure, StubbornFailure } from '../../clients/failures.ts';
import type { HumanRequestView } from '../../workflows/contract/records.ts';
import * as workflows from '../../workflows/index.ts';
import { WORKFLOW_TYPES } from '../../workflows/unknown-workflow.ts';
import { waitFor } from '../support/wait-for.ts';
import { failsWith, submitWork, tasks } from './answers.ts';
import { openStage } from './stage.ts';

const UNKNOWN_FOR_MS = 700;
const stage = await openStage({ epicsAtOnce: 1, hostCapacity: 1, unknownForMs: UNKNOWN_FOR_MS });
after(() => stage.close());

const NO_APPROVAL = { requireApproval: [] };
const holdOf = async (id: string) => (await stage.epicRow(id))?.hold as { kind: string; reason: string } | null;
const slots = () => stage.db.selectFrom('placements').selectAll().where('held', '=', true).execute();
const admitted = async () =>
  (await stage.client.workflow.getHandle('supervisor').query<{ admitted: string[] }>('status')).admitted;

test('an epic whose repository cannot be read asks, and another epic runs meanwhile', async () => {
  let isBroken = true;
  const at: number[] = [];
  stage.play({
    openEpic: (id) => {
      if (id !== 'unread' || !isBroken) return;
      at.push(Date.now());
      throw failure('GitFailed', 'git fetch failed: fatal: words that nobody knows');
    },
  });
  const handle = await stage.start('unread', { title: 'Unread', tasks: tasks({ only: [] }), ...NO_APPROVAL });
  const { question, options, requestId } = await stage.asked('unread', 'question');
  assert.match(
    question,
    /The repository cannot be used: git fetch failed: .*nobody knows.*tried again for \d s.*retry/,
  );
  assert.deepEqual(options, ['retry', 'cancel']);
  assert.ok(at.length >= 2, 'it was tried again first');
  assert.ok((at.at(-1) ?? 0) - (at[0] ?? 0) >= UNKNOWN_FOR_MS);
  await waitFor(async () => (await holdOf('unread'))?.kind === 'person');
  assert.match((await holdOf('unread'))?.reason ?? '', /words that nobody knows/);

  const other = await stage.start('other', { title: 'Other', tasks: tasks({ only: [] }), ...NO_APPROVAL });
  await other.result();

  isBroken = false;
  await stage.respond('unread', requestId, 'retry');
  await handle.result();
});

test('a task that cannot go on asks in its place: slot and admission are free, and the work is not done again', async () => {
  let isBroken = true;
  stage.play({
    verify: async (key) => {
      if (key !== 'stuck') return true;
      if (isBroken) throw failure('DiskFull', 'There is no space left');
      // An epic that goes on takes its admission again.
      await waitFor(async () => (await admitted()).includes('held'));
      return true;
    },
  });
  const handle = await stage.start('held', { title: 'Held', tasks: tasks({ stuck: [] }), ...NO_APPROVAL });
  const { question, requestId } = await stage.asked('held', 'question', 'stuck');
  assert.match(question, /Task “Task stuck” cannot go on: There is no space left/);
  await waitFor(async () => (await slots()).length === 0, { what: 'the slot is given back' });
  await waitFor(async () => (await admitted()).length === 0, { what: 'the admission is given back' });
  const row = await stage.taskRow('held', 'stuck');
  assert.equal(row?.state, 'BLOCKED');
  assert.match(JSON.stringify(row?.hold), /"kind": ?"person".*no space left/);

  const other = await stage.start('beside', { title: 'Beside', tasks: tasks({ only: [] }), ...NO_APPROVAL });
  await other.result();

  isBroken = false;
  await stage.respond('held', requestId, 'retry');
  await handle.result();
  const briefs = stage.log.filter((line) => line.startsWith('brief stuck '));
  assert.deepEqual(briefs, ['brief stuck implement', 'brief stuck review']);
});

test('a base branch that is missing for a while costs no work that is done and approved', async () => {
  let isMissing = true;
  stage.play({
    mergeTarget: (key) => {
      if (key === 'late' && isMissing) throw finalFailure('BaseBranchMissing', 'The forge has no branch main');
      return 'unchanged';
    },
  });
  const handle = await stage.start('gone', { title: 'Gone', tasks: tasks({ late: [] }), ...NO_APPROVAL });
  const { question, requestId } = await stage.asked('gone', 'question', 'late');
  assert.match(question, /cannot go on: The forge has no branch main/);
  isMissing = false;
  await stage.respond('gone', requestId, 'retry');
  await handle.result();
  const briefs = stage.log.filter((line) => line.startsWith('brief late '));
  assert.deepEqual(briefs, ['brief late implement', 'brief late review']);
});

test('a failure that is known to pass is retried for longer; one that stays the same, for its own time', async () => {
  let passing = 0;
  let stubborn = 0;
  stage.play({
    prepareWorktree: (_, run) => {
      passing = run;
      if (run < 4) throw passingFailure('ForgeUnavailable', 'away');
    },
    pushBranch: (_, run) => {
      stubborn = Math.max(stubborn, run);
      // Other words each time: it is not one failure that lasts.
      if (run < 3) throw new StubbornFailure('GitFailed', run === 1 ? 'one' : 'two', 300);
      return undefined;
    },
  });
  const handle = await stage.start('patient', { title: 'Patient', tasks: tasks({ only: [] }), ...NO_APPROVAL });
  await handle.result();
  assert.ok(passing >= 4 && stubborn >= 3);
  assert.deepEqual((await stage.status('patient')).requests, []);
});

test('a workflow type that there is not fails at once with those that there are', async () => {
  const { default: _, ...named } = workflows;
  assert.deepEqual([...WORKFLOW_TYPES].toSorted(), Object.keys(named).toSorted());
  const workflowId = 'epic-of-another-kind';
  const handle = await stage.client.workflow.start('epicWorkFlow', { workflowId, taskQueue: 'factory' });
  await assert.rejects(
    handle.result(),
    failsWith('InvalidInput', /no workflow type "epicWorkFlow" here; there are: .*epicWorkflow/),
  );
});

test('a request that the provider refuses uses no attempt: a person says whether it is asked again or by another agent', async () => {
  let isRefused = true;
  const askedBy = new Set<string>();
  stage.play({
    takeTurn: ({ purpose, agentId }) => {
      askedBy.add(agentId);
      const isReview = purpose === 'review';
      if (isReview ? !agentId.endsWith('.1') : !isRefused) return isReview ? undefined : submitWork;
      throw finalFailure('ModelRefusedRequest', 'The model provider at litellm:4000 refused the request (400: no key)');
    },
  });
  const handle = await stage.start('refused', { title: 'Refused', tasks: tasks({ only: [] }), ...NO_APPROVAL });
  const first = await stage.asked('refused', 'question', 'only');
  assert.match(first.question, /at litellm:4000 refused the request \(400: no key\).*retry.*restart: another Worker/);
  assert.deepEqual(first.options, ['retry', 'restart', 'cancel']);
  await waitFor(async () => (await slots()).length === 0);
  await stage.respond('refused', first.requestId, 'retry');
  const answered = new Set([first.requestId]);
  const next = async () => {
    const isNext = ({ state, requestId }: HumanRequestView) => state === 'open' && !answered.has(requestId);
    const { requests } = await stage.until('refused', (view) => view.requests.some(isNext));
    const { requestId, question } = requests.find(isNext) as HumanRequestView;
    answered.add(requestId);
    return { question, restart: () => stage.respond('refused', requestId, 'restart') };
  };
  const second = await next();
  assert.equal(askedBy.size, 1);
  isRefused = false;
  await second.restart();
  const ofReview = await next();
  assert.match(ofReview.question, /retry.*restart: another reviewer begins\./);
  await ofReview.restart();
  await handle.result();
  assert.deepEqual(
    [...askedBy],
    ['implement.1', 'implement.2', 'review.1', 'review.2'].map((agent) => `refused.only.${agent}`),
  );
});
