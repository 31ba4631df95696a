/** Temporal's own reset of each workflow type: what runs is taken over or asked about, and nothing happens twice. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { RESET_REASON } from '../support/reset.ts';
import { waitFor } from '../support/wait-for.ts';
import { tasks, waitInSecondTurn } from './answers.ts';
import { resetIn } from './runs.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());

const lines = (part: string) => stage.log.filter((line) => line.includes(part));

const reset = resetIn(stage.client);

/** Two tasks whose Workers wait in their second turn until `go`. */
async function startWaiting(id: string) {
  const gate = Promise.withResolvers<void>();
  stage.play({ takeTurn: waitInSecondTurn(gate.promise) });
  await stage.start(id, { title: 'Reset', tasks: tasks({ a: [], b: [] }) });
  await waitFor(() => lines(`turn 2 of ${id}.`).length === 2);
  return { go: gate.resolve, result: () => stage.handle(id).result() };
}

/** Each merge once, one pull request a task, and no workflow task that failed but by the reset itself. */
async function checkOnce(id: string, ...executions: string[]): Promise<void> {
  assert.deepEqual(stage.merged(id).toSorted(), ['a', 'b', 'epic']);
  for (const workflowId of [`epic-${id}`, ...executions]) {
    const { events } = await stage.client.workflow.getHandle(workflowId).fetchHistory();
    const failed = (events ?? []).map((event) => event.workflowTaskFailedEventAttributes?.failure?.message);
    assert.deepEqual(
      failed.filter((message) => message && message !== RESET_REASON),
      [],
      workflowId,
    );
  }
}

test('an epic that is reset to its newest step takes its open tasks over', async () => {
  const epic = await startWaiting('newest');
  await reset('epic-newest', 'last');
  epic.go();
  await epic.result();
  await checkOnce('newest');
  assert.equal(lines('worktree a of').length, 1);
});

test('an epic that is reset to its beginning asks about tasks that are open, and does no merge again', async () => {
  const epic = await startWaiting('beginning');
  await reset('epic-beginning');
  const requests = [await stage.asked('beginning', 'question', 'a'), await stage.asked('beginning', 'question', 'b')];
  assert.match(requests[0]?.question ?? '', /is open/);
  await stage.until('beginning', ({ admitted }) => !admitted, 'its place to go to others while people are asked');
  epic.go();
  // An answer that comes while they are still open is asked for again.
  for (const key of ['a', 'b']) await stage.client.workflow.getHandle(`epic-beginning/task-${key}`).result();
  for (const { requestId } of requests) await stage.respond('beginning', requestId, 'retry');
  await epic.result();
  await checkOnce('beginning');
  assert.equal(lines('of beginning.a.implement.2').length, 0, 'no second Worker');
});

test('an epic that is cancelled while it asks about the tasks of its former run ends them too', async () => {
  const epic = await startWaiting('given-up');
  await reset('epic-given-up');
  for (const key of ['a', 'b']) await stage.asked('given-up', 'question', key);
  await stage.handle('given-up').cancel();
  await assert.rejects(epic.result());
  const stateOf = async (key: string) =>
    (await stage.client.workflow.getHandle(`epic-given-up/task-${key}`).describe()).status.name;
  const areEnded = async () => (await stateOf('a')) === 'CANCELLED' && (await stateOf('b')) === 'CANCELLED';
  await waitFor(areEnded, { timeoutMs: 40_000 });
});

test('a task that is reset ends the agent of its former run and goes on with what that stored', async () => {
  const epic = await startWaiting('task');
  await reset('epic-task/task-a', 'first');
  await reset('epic-task/task-b', 'last');
  epic.go();
  await epic.result();
  await checkOnce('task', 'epic-task/task-a', 'epic-task/task-b');
  assert.equal(
    lines('of task.a.implement.2').length + lines('of task.b.implement.2').length,
    0,
    'no second transcript',
  );
});

test('an agent that is reset takes no stored turn again', async () => {
  const epic = await startWaiting('agent');
  await reset('agent-agent.a.implement.1', 'first');
  await reset('agent-agent.b.implement.1', 'last');
  epic.go();
  await epic.result();
  await checkOnce('agent', 'agent-agent.a.implement.1', 'agent-agent.b.implement.1');
});

test('an epic and a task that were reset are cancelled with what their former runs started', async () => {
  const epic = await startWaiting('ended');
  await reset('epic-ended/task-a', 'last');
  await reset('epic-ended', 'last');
  await stage.handle('ended').cancel();
  const agent = stage.client.workflow.getHandle('agent-ended.a.implement.1');
  const isAsked = async () =>
    (await agent.fetchHistory()).events?.some((event) => event.workflowExecutionCancelRequestedEventAttributes);
  await waitFor(isAsked, { timeoutMs: 40_000 });
  epic.go();
  await assert.rejects(epic.result());
  for (const workflowId of ['epic-ended', 'epic-ended/task-a', 'epic-ended/task-b', 'agent-ended.a.implement.1']) {
    const { status } = await stage.client.workflow.getHandle(workflowId).describe();
    assert.equal(status.name, 'CANCELLED', workflowId);
  }
});

test('the supervisor and the reconciler go on from any point', async () => {
  const { go, result } = await startWaiting('supervised');
  await reset('supervisor', 'first');
  await stage.client.workflow.execute('reconcileWorkflow', { workflowId: 'reconcile-reset', taskQueue: 'factory' });
  await reset('reconcile-reset', 'first');
  go();
  await result();
  await stage.client.workflow.getHandle('reconcile-reset').result();
  await checkOnce('supervised', 'supervisor', 'reconcile-reset');
  const late = await stage.start('after', { title: 'After', tasks: tasks({ a: [] }) });
  await late.result();
});
