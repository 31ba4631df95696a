/** Cancelling an epic: everything under it ends and says so, and all that it held is free again. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, submitWork, tasks, words } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage({ epicsAtOnce: 1 });
after(() => stage.close());

const count = (text: string) => stage.log.filter((line) => line.includes(text)).length;

/** What is left of an epic in the rows that people and the next epic look at. */
async function remains(epicId: string) {
  const [epic, taskRows, agents, requests, slots] = await Promise.all([
    stage.epicRow(epicId),
    stage.db.selectFrom('tasks').select(['key', 'state', 'hold']).where('epic_id', '=', epicId).execute(),
    stage.db.selectFrom('agents').select(['state']).where('epic_id', '=', epicId).execute(),
    stage.db.selectFrom('human_requests').select(['kind', 'state']).where('epic_id', '=', epicId).execute(),
    stage.db.selectFrom('placements').select('holder').where('held', '=', true).execute(),
  ]);
  return {
    epic: [epic?.state, epic?.hold ?? null],
    tasks: taskRows.map(({ state, hold }) => [state, hold]),
    agents: [...new Set(agents.map(({ state }) => state))],
    requests: requests.map(({ kind, state }) => `${kind} ${state}`),
    slots: slots.map(({ holder }) => holder).filter((holder) => holder.startsWith(`epic-${epicId}`)),
  };
}

const open = async (epicId: string) => {
  const found: string[] = [];
  const query = "ExecutionStatus = 'Running' AND WorkflowId != 'supervisor'";
  for await (const { workflowId } of stage.client.workflow.list({ query })) found.push(workflowId);
  return found.filter((id) => id.includes(epicId));
};

test('an epic that is cancelled in the middle of a command ends with all that it started', async () => {
  stage.play({ bash: () => new Promise(() => {}) });
  const handle = await stage.start('midway', { title: 'Midway', tasks: tasks({ a: [], b: [], c: ['a'] }) });
  await waitFor(() => count('bash midway.') === 2, { timeoutMs: 20_000 });
  const waiting = await stage.start('next', { title: 'Next', tasks: tasks({ only: [] }) });
  await waitFor(async () => (await stage.holdOf('next'))?.kind === 'admission');

  const asked = performance.now();
  await handle.cancel();
  await assert.rejects(handle.result(), { name: 'WorkflowFailedError' });
  const seconds = (performance.now() - asked) / 1000;
  // The goal is one second; the bound leaves room for a busy machine and none for a missed heartbeat.
  assert.ok(seconds < 5, `cancelled after ${seconds} s`);
  // The epic closes last: what its children say of themselves is written by then.
  assert.deepEqual(await remains('midway'), {
    epic: ['CANCELLED', null],
    tasks: [
      ['CANCELLED', null],
      ['CANCELLED', null],
      ['CANCELLED', null],
    ],
    agents: ['CANCELLED'],
    requests: [],
    slots: [],
  });
  await waitFor(async () => (await open('midway')).length === 0);
  assert.equal(count('bash midway.a.implement.1 ended'), 0);

  stage.play({ takeTurn: handInAtOnce });
  await waiting.result();
});

test('a person’s answer cancels an epic that waits for a decision, and closes its requests', async () => {
  stage.play({ takeTurn: ({ purpose }) => (purpose === 'implement' ? words('refusal') : undefined) });
  const handle = await stage.start('answered', { title: 'Answered', tasks: tasks({ x: [], y: [] }) });
  await stage.asked('answered', 'failed-task', 'x');
  const { requestId } = await stage.asked('answered', 'failed-task', 'y');
  assert.equal((await stage.respond('answered', requestId, 'cancel')).changed, true);
  await assert.rejects(handle.result(), { name: 'WorkflowFailedError' });
  const { epic, tasks: states, requests } = await remains('answered');
  assert.deepEqual(epic, ['CANCELLED', null]);
  assert.deepEqual(states, [
    ['FAILED', null],
    ['FAILED', null],
  ]);
  assert.deepEqual(requests.toSorted(), ['failed-task answered', 'failed-task withdrawn']);
});

test('an epic can be cancelled while a failed task waits for the supervisor’s word', async () => {
  stage.play({
    takeTurn: ({ purpose }) => (purpose === 'implement' ? words('refusal') : undefined),
    isEscalationLost: true,
  });
  const handle = await stage.start('wordless', { title: 'Wordless', tasks: tasks({ x: [] }) });
  await waitFor(async () => (await stage.taskRow('wordless', 'x'))?.state === 'FAILED');
  await handle.cancel();
  await assert.rejects(handle.result(), { name: 'WorkflowFailedError' });
  const { epic, tasks: states } = await remains('wordless');
  assert.deepEqual([epic, states], [['CANCELLED', null], [['FAILED', null]]]);
});

test('an epic can be cancelled while it is planned, while it waits for approval and while it is paused', async () => {
  stage.play({ takeTurn: ({ purpose }) => (purpose === 'plan' ? new Promise(() => {}) : submitWork) });
  const planned = await stage.start('planning', { title: 'Planning' });
  await waitFor(() => count('turn 1 of planning.epic.plan.1') === 1);
  await planned.cancel();
  await assert.rejects(planned.result());
  assert.deepEqual((await remains('planning')).slots, []);
  assert.deepEqual((await remains('planning')).agents, ['CANCELLED']);

  const plan = { title: 'Approval', tasks: tasks({ only: [] }), requireApproval: ['plan'] };
  const approval = await stage.start('approval', plan);
  const { requestId } = await stage.asked('approval', 'plan');
  await stage.respond('approval', requestId, 'cancel');
  await assert.rejects(approval.result());
  assert.deepEqual((await remains('approval')).requests, ['plan answered']);

  const paused = await stage.start('paused', plan);
  await stage.asked('paused', 'plan');
  await paused.signal('pause');
  await paused.cancel();
  await assert.rejects(paused.result());
  assert.deepEqual((await remains('paused')).epic, ['CANCELLED', null]);
  assert.deepEqual((await remains('paused')).requests, ['plan withdrawn']);
});

/** An activity that answers its cancellation with a failure of its own, as a program does that was ended. */
async function failWhenCancelled(): Promise<never> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), 100);
  try {
    return await context.cancelled;
  } catch {
    throw ApplicationFailure.nonRetryable('git ended by SIGTERM', 'GitFailed');
  } finally {
    clearInterval(timer);
  }
}

test('an epic that is cancelled is CANCELLED, whatever its interrupted work and its clean-up end with', async () => {
  let reads = 0;
  const tmuxIsGone = () => {
    throw ApplicationFailure.nonRetryable('tmux cannot be started', 'TerminalUnavailable');
  };
  stage.play({
    openEpic: () => {
      reads += 1;
      return failWhenCancelled();
    },
  });
  const unread = await stage.start('unread', { title: 'Unread' });
  await waitFor(() => reads === 1);
  await unread.cancel();
  await assert.rejects(unread.result(), ({ cause }: Error) => (cause as Error).name === 'CancelledFailure');
  assert.deepEqual((await remains('unread')).epic, ['CANCELLED', null]);

  stage.play({ bash: () => new Promise(() => {}), leaveHost: tmuxIsGone });
  const working = await stage.start('working', { title: 'Working', tasks: tasks({ a: [], b: [] }) });
  await waitFor(() => count('bash working.') === 2, { timeoutMs: 20_000 });
  await working.cancel();
  await assert.rejects(working.result());
  const left = await remains('working');
  assert.deepEqual([left.epic, left.tasks, left.slots], [['CANCELLED', null], Array(2).fill(['CANCELLED', null]), []]);
  assert.match(
    (await decisions('working')).join('\n'),
    /commands or a worktree may still be on host stage: tmux cannot/,
  );
});

test('a slot that a host could not give back while PostgreSQL was away is given back without it', async () => {
  stage.play({ leaveHost: () => ({ released: false, worktree: { removed: false, reason: 'it holds new.txt' } }) });
  await (await stage.start('held', { title: 'Held', tasks: tasks({ a: [], b: [] }) })).result();
  assert.deepEqual((await remains('held')).slots, []);
  const said = await decisions('held');
  for (const name of ['a', 'b', 'integration']) {
    assert.ok(said.includes(`worktree ${name} stays on host stage: it holds new.txt`), name);
  }
});

async function decisions(epicId: string): Promise<string[]> {
  return (await stage.decisions(epicId)).map(({ decision, reason }) => `${decision}: ${reason}`);
}
