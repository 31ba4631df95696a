/** Wherever an execution waits for a person, its run may end: no question, answer or counter changes by that. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { ApplicationFailure } from '@temporalio/common';
import { taskWorkflowId } from '../../workflows/contract/ids.ts';
import type { SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import type { HumanRequestView, TaskView } from '../../workflows/contract/records.ts';
import { FACTORY_QUEUE } from '../../workflows/contract/task-queues.ts';
import { askStatus } from '../support/ask-status.ts';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, submitWork, tasks, words } from './answers.ts';
import { keyOf } from './names.ts';
import { resetIn } from './runs.ts';
import { openStage } from './stage.ts';

const stage = await openStage({ suggestContinueAsNewAt: 60, epicsAtOnce: 20 });
after(() => stage.close());
const { lines } = stage;

const patiently = { timeoutMs: 120_000, intervalMs: 200 };

/** Sends what changes nothing until a new run waits: many at a time, which one workflow task takes. */
async function renew(workflowId: string): Promise<void> {
  const handle = stage.client.workflow.getHandle(workflowId);
  const { runId: before } = await handle.describe();
  /** The next run has looked at what it waits for, and does nothing. */
  const isResting = async () => {
    const { runId, historyLength, raw } = await handle.describe();
    const isAtWork = raw.pendingWorkflowTask != null || (raw.pendingActivities ?? []).length > 0;
    return runId !== before && historyLength > 3 && !isAtWork;
  };
  const isRenewed = () => waitFor(isResting, { timeoutMs: 1_000 }).catch(() => false);
  const send = () => handle.signal('nonsense').catch(() => undefined);
  const sendAndLook = async () => {
    await Promise.all(Array.from({ length: 15 }, send));
    return isRenewed();
  };
  await waitFor(sendAndLook, { ...patiently, what: `a new run of ${workflowId}` });
}

interface Case {
  readonly input: Record<string, unknown>;
  /** The tasks that wait beside their epic. */
  readonly waits?: readonly string[];
  /** One after the other: what is asked, and what a person answers. */
  readonly steps: readonly (readonly [HumanRequestView['kind'], string, string?])[];
}

const single = (key: string, more: object = {}) => ({ input: { tasks: tasks({ [key]: [] }), ...more }, waits: [key] });
const several = (key: string, more: object = {}) => ({
  input: { tasks: tasks({ [key]: [], [`${key}-2`]: [] }), ...more },
});
const merge = { requireApproval: ['merge'] };
const REJECTED_ONCE: Case['steps'] = [
  ['merge', 'reject'],
  ['question', 'change', 'better'],
  ['merge', 'approve'],
];

const CASES: Record<string, Case> = {
  plan: { input: { requireApproval: ['plan'] }, steps: [['plan', 'approve']] },
  whole: { ...several('whole', merge), steps: REJECTED_ONCE },
  'held-whole': { ...several('held-whole'), steps: [['question', 'merge']] },
  'mend-whole': { ...several('mend-whole'), steps: [['question', 'retry']] },
  alone: { ...single('alone', merge), steps: REJECTED_ONCE },
  guarded: { ...single('guarded'), steps: [['protected-paths', 'approve']] },
  refused: {
    ...single('refused'),
    steps: [
      ['protected-paths', 'reject', 'not that'],
      ['protected-paths', 'approve'],
    ],
  },
  held: { ...single('held'), steps: [['question', 'merge']] },
  mend: { ...single('mend'), steps: [['question', 'retry']] },
  closed: { ...single('closed'), steps: [['question', 'reopen']] },
  rewritten: { ...single('rewritten'), steps: [['question', 'take']] },
  'new-base': { ...several('new-base'), steps: [['question', 'go-on']] },
  failed: { input: { tasks: tasks({ failed: [], 'failed-2': [] }) }, steps: [['failed-task', 'retry']] },
  budget: { ...single('budget'), steps: [['budget', 'raise', '2']] },
};

const answered = new Set<string>();

/** By the key of the task, or `<epic>/epic`: what stands in its way until a person has answered. */
const held = { state: 'red' as const, failed: [{ name: 'build', log: '', redOnBase: true }] };
const forbidden = () => ApplicationFailure.nonRetryable('A rule forbids it', 'BranchProtected');
const rewritten = ApplicationFailure.create({
  ...{ type: 'BaseRewritten', message: 'main was rewritten', nonRetryable: true },
  details: [{ rewritten: { known: '0'.repeat(40), now: 'b'.repeat(40) } }],
});
const byHand: Record<string, Partial<SeenPullRequest>> = {
  closed: { state: 'closed' },
  rewritten: { headSha: 'b'.repeat(40) },
};
const once = <T>(key: string, value: T): T | undefined => (answered.has(key) ? undefined : value);
const isOf = (head: string, ...names: string[]) => names.some((name) => head.endsWith(`/${name}`));

stage.play({
  takeTurn: ({ purpose, taskKey = '' }) => {
    if (taskKey === 'failed' && purpose === 'implement') return once('failed', words('refusal'));
    if (taskKey === 'budget' && !answered.has('budget')) {
      return { kind: 'budget', neededMicroUsd: 300_000, spentMicroUsd: 900_000, capMicroUsd: 1_000_000 };
    }
    return purpose === 'implement' ? submitWork : undefined;
  },
  inspect: (key) =>
    key === 'guarded' || key === 'refused'
      ? { protected: { lines: [key], total: 1, hash: `${key} ${lines(`told ${key}`).length}` } }
      : undefined,
  readChecks: (head) => (isOf(head, 'held/held', 'held-whole/epic') ? held : undefined),
  mergePullRequest: (head) => {
    if (isOf(head, 'mend/mend') && !answered.has('mend')) throw forbidden();
    if (isOf(head, 'mend-whole/epic') && !answered.has('mend-whole')) throw forbidden();
  },
  pushBranch: (key) => {
    if (key.startsWith('new-base') && !answered.has('new-base')) throw rewritten;
    return undefined;
  },
  takeOver: (key) => (key.startsWith('new-base') ? [] : undefined),
  readPullRequest: (head) => once(keyOf(head), byHand[keyOf(head)] ?? {}),
  compareBranch: (key) => (key === 'rewritten' ? { kind: 'rewritten', headSha: 'b'.repeat(40) } : undefined),
});

async function play(id: string): Promise<void> {
  const { input, waits = [], steps } = CASES[id] as Case;
  const handle = await stage.start(id, { title: id, ...input });
  const seen: string[] = [];
  for (const [kind, decision, said] of steps) {
    const request = await waitFor(async () => {
      const now = await stage.asked(id, kind);
      return !seen.includes(now.requestId) && now;
    }, patiently);
    seen.push(request.requestId);
    await waitFor(() => isTold(id, waits), { ...patiently, what: `${id}: ${kind} in the rows` });
    const before = await standing(id, waits);
    await Promise.all([`epic-${id}`, ...waits.map((key) => taskWorkflowId(id, key))].map(renew));
    assert.deepEqual(await standing(id, waits), before, `${id}: ${kind}`);
    answered.add(id);
    const more = said === undefined ? {} : decision === 'raise' ? { answer: said } : { comment: said };
    await stage.respond(id, request.requestId, decision, more);
  }
  await handle.result();
  const { requests } = await stage.status(id);
  assert.deepEqual(
    requests.map(({ state, answer }) => [state, answer?.decision]),
    steps.map(([, decision]) => ['answered', decision]),
    `${id}: each is asked once`,
  );
}

/** Two or three at a time: runs of 60 events cost much more than long ones. */
const inTime = { timeout: 120_000 };

test('a rejected merge, and what a person wants changed, are the same in the next run', inTime, async () => {
  await Promise.all(['whole', 'alone'].map(play));
  assert.deepEqual(lines('told alone'), ['told alone: better']);
});

test('questions about protected paths are the same in the next run', inTime, async () => {
  await Promise.all(['guarded', 'refused'].map(play));
  assert.equal(lines('told refused').length, 1);
});

test('questions about a plan, checks and what the forge forbids are the same in the next run', inTime, async () => {
  await Promise.all(['plan', 'held', 'mend'].map(play));
});

test('questions about what somebody did by hand are the same in the next run', inTime, async () => {
  await Promise.all(['closed', 'rewritten'].map(play));
  assert.deepEqual(lines('take '), ['take rewritten']);
});

test('questions about money and about a failed task are the same in the next run', inTime, async () => {
  await Promise.all(['budget', 'failed'].map(play));
});

test('the question about a rewritten base is the same in the next run', inTime, async () => {
  await play('new-base');
  assert.equal(lines('take over the epic').length, 1);
});

test('questions about the merge of the whole are the same in the next run', inTime, async () => {
  await Promise.all(['held-whole', 'mend-whole'].map(play));
});

test('a task that cannot start yet is started by the next run', inTime, async () => {
  const other = await stage.client.workflow.start('lineWorkflow', {
    workflowId: taskWorkflowId('taken', 'taken'),
    taskQueue: FACTORY_QUEUE,
    args: [{ repository: 'any', branch: 'any' }],
  });
  const handle = await stage.start('taken', { title: 'taken', tasks: tasks({ taken: [] }) });
  const { requestId, question } = await stage.asked('taken', 'question');
  assert.match(question, /another execution .* is open/);
  await renew('epic-taken');
  // Until the new run has tried as well, the end of the other execution would take the question back.
  await waitFor(async () => {
    const { events = [] } = await stage.client.workflow.getHandle('epic-taken').fetchHistory();
    return (events ?? []).some((event) => event.startChildWorkflowExecutionFailedEventAttributes);
  }, patiently);
  assert.equal((await stage.asked('taken', 'question')).requestId, requestId);
  await other.terminate();
  await stage.respond('taken', requestId, 'retry');
  await handle.result();
});

test(
  'an epic whose later run is reset and cancelled closes, and ends the task that it could not start',
  inTime,
  async () => {
    await stage.start('again', { title: 'again', tasks: tasks({ again: [] }), ...merge });
    await stage.asked('again', 'merge');
    await renew('epic-again');
    await resetIn(stage.client)('epic-again');
    await stage.asked('again', 'question', 'again');
    const handle = stage.handle('again');
    await handle.cancel();
    const statusOf = async (workflowId: string) =>
      (await stage.client.workflow.getHandle(workflowId).describe()).status.name;
    await waitFor(async () => (await statusOf('epic-again')) === 'CANCELLED', { timeoutMs: 40_000 });
    await waitFor(async () => (await statusOf(taskWorkflowId('again', 'again'))) === 'CANCELLED');
  },
);

/** Whether the rows of the tasks say what the tasks do: a question may reach its epic before that is recorded. */
async function isTold(id: string, keys: readonly string[]): Promise<boolean> {
  const told = keys.map(async (key) => {
    const view = await askStatus<TaskView>(stage.client.workflow.getHandle(taskWorkflowId(id, key)));
    const row = await stage.taskRow(id, key);
    return row?.phase === view.phase && isDeepStrictEqual(row.hold ?? undefined, view.hold);
  });
  return (await Promise.all(told)).every(Boolean);
}

/** The open questions and the counts, which must not change. */
async function standing(id: string, keys: readonly string[]) {
  const { requests, state, phase, hold } = await stage.status(id);
  const rows = await Promise.all(keys.map((key) => stage.taskRow(id, key)));
  return {
    open: requests.filter((request) => request.state === 'open'),
    epic: { state, phase, hold },
    tasks: rows.map((row) => [row?.state, row?.phase, row?.hold, row?.attempt, row?.rounds, row?.pull_request]),
  };
}

test('a run that looks again before its turn to merge keeps nobody else from it', inTime, async () => {
  const gate = Promise.withResolvers<void>();
  let isPending = false;
  let isMerging = false;
  stage.play({
    takeTurn: handInAtOnce,
    mergePullRequest: async (head) => {
      if (!isOf(head, 'line-1/line-1')) return;
      isMerging = true;
      await gate.promise;
    },
    readChecks: (head) =>
      isPending && isOf(head, 'line-2/line-2') ? { state: 'pending', pending: ['build'], failed: [] } : undefined,
  });
  const inLine = async (key: string) => (await stage.taskRow(key, key))?.phase === 'waits for its turn to merge';
  const begin = (key: string, more = {}) => stage.start(key, { title: key, tasks: tasks({ [key]: [] }), ...more });
  const first = await begin('line-1');
  await waitFor(() => isMerging, patiently);
  const second = await begin('line-2', merge);
  await stage.respond('line-2', (await stage.asked('line-2', 'merge')).requestId, 'approve');
  await waitFor(() => inLine('line-2'), patiently);
  isPending = true;
  await renew(taskWorkflowId('line-2', 'line-2'));
  const third = await begin('line-3');
  await waitFor(() => inLine('line-3'), patiently);
  gate.resolve();
  await first.result();
  await waitFor(async () => (await stage.taskRow('line-3', 'line-3'))?.state === 'COMPLETED', { timeoutMs: 30_000 });
  await third.result();
  isPending = false;
  const number = stage.pullRequests.get('factory/line-2/line-2');
  await stage.client.workflow.getHandle(taskWorkflowId('line-2', 'line-2')).signal('pullRequestChanged', { number });
  await second.result();
});
