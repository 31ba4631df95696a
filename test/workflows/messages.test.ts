/** Pause, resume and messages at odd moments: what was asked for happens, and nothing is lost or done too much. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { epicStartOptions } from '../../workflows/contract/start-options.ts';
import { waitFor } from '../support/wait-for.ts';
import { answer, failsWith, handInAtOnce, submitWork, tasks } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());

const count = (text: string) => stage.log.filter((line) => line.includes(text)).length;
const updateEvents = async (id: string): Promise<number> => {
  const { events } = await stage.handle(id).fetchHistory();
  return (events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length;
};
/** The pause has arrived at this task or agent. */
const isPaused = (workflowId: string) =>
  waitFor(async () => {
    const status = await stage.client.workflow.getHandle(workflowId).query<{ paused: boolean }>('status');
    return status.paused;
  });
const agentHold = async (id: string) => {
  const row = await stage.db.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst();
  return (row?.hold as { kind: string } | null)?.kind;
};

test('while an epic is paused a running command ends and is recorded, and no turn follows until it resumes', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({ bash: () => gate.promise });
  const handle = await stage.start('paused', { title: 'Paused', tasks: tasks({ only: [] }) });
  await waitFor(() => count('bash paused.only.implement.1') === 1);
  assert.equal((await stage.update('paused', 'pause', { by: 'me' })).changed, true);
  assert.equal((await stage.update('paused', 'pause', { by: 'me' })).changed, false);
  await isPaused('agent-paused.only.implement.1');
  gate.resolve();
  await waitFor(async () => (await agentHold('paused.only.implement.1')) === 'pause');
  assert.equal(count('bash paused.only.implement.1 ended'), 1);
  assert.equal(count('turn 2 of paused.only.implement.1'), 0);
  assert.equal((await stage.epicRow('paused'))?.paused, true);
  await stage.update('paused', 'resume', { by: 'me' });
  await waitFor(() => count('turn 2 of paused.only.implement.1') === 1);
  await handle.result();
});

test('a question that is withdrawn while its task still waits is asked again, under its id', async () => {
  stage.play({});
  const handle = await stage.start('stray', { title: 'Stray', tasks: tasks({ only: [] }), requireApproval: ['merge'] });
  const asked = await stage.asked('stray', 'merge');
  // From nobody of the factory: the task has not been taken back.
  await handle.signal('taskRewound', { taskKey: 'only' });
  await waitFor(async () => {
    const { events } = await handle.fetchHistory();
    const signals = (events ?? []).map((event) => event.workflowExecutionSignaledEventAttributes);
    return signals.filter((signal) => signal?.signalName === 'askPerson').length === 2;
  });
  const again = await stage.asked('stray', 'merge');
  assert.equal(again.requestId, asked.requestId);
  await handle.signal('approve', { by: 'me' });
  await handle.result();
});

test('a pause during verification holds the push, one in the lane holds the merge, also the second time', async () => {
  const verified = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const merging = Promise.withResolvers<void>();
  stage.play({
    takeTurn: handInAtOnce,
    verify: async (key) => {
      if (key !== 'held') return true;
      verified[0].resolve();
      await verified[1].promise;
      return true;
    },
    mergeTarget: async (key) => {
      if (key === 'held') await merging.promise;
      return undefined;
    },
  });
  const handle = await stage.start('seams', { title: 'Seams', tasks: tasks({ held: [], second: ['held'] }) });
  const hold = async () => (await stage.holdOf('seams', 'held'))?.kind;
  await verified[0].promise;
  await handle.signal('pause', { by: 'me' });
  await isPaused('epic-seams/task-held');
  verified[1].resolve();
  await waitFor(async () => (await hold()) === 'pause');
  assert.equal(count('push held'), 0);
  await handle.signal('resume');
  await waitFor(async () => (await stage.taskRow('seams', 'held'))?.phase === 'merges into factory/seams/epic');
  assert.equal(count('push held'), 1);
  await handle.signal('pause');
  await isPaused('epic-seams/task-held');
  merging.resolve();
  await waitFor(async () => (await hold()) === 'pause');
  assert.equal(count('merge factory/seams/held'), 0);
  await handle.signal('resume');
  await handle.result();
  assert.equal(count('merge factory/seams/'), 3);
});

test('a pause that falls into the start of an agent reaches it, and one that falls between tasks starts none', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({
    takeTurn: handInAtOnce,
    openRound: (key, kind) => (key === 'early' && kind === 'implement' ? gate.promise : undefined),
  });
  const handle = await stage.start('early-pause', {
    title: 'Early pause',
    concurrency: 1,
    tasks: tasks({ early: [], next: [] }),
  });
  await waitFor(async () => (await stage.taskRow('early-pause', 'early'))?.phase === 'attempt 1 works');
  await stage.update('early-pause', 'pause', {});
  await isPaused('epic-early-pause/task-early');
  gate.resolve();
  await waitFor(async () => (await agentHold('early-pause.early.implement.1')) === 'pause');
  assert.equal(count('turn 1 of early-pause.early.implement.1'), 0);
  const waits = (await stage.status('early-pause')).tasks[1]?.status;
  assert.equal(waits?.state, 'PENDING');
  await stage.update('early-pause', 'resume', {});
  await handle.result();
});

test('messages that come with the start of an epic are handed out', async () => {
  stage.play({ takeTurn: handInAtOnce });
  const input = { title: 'Early', tasks: tasks({ only: [] }), requireApproval: ['merge'] };
  const begin = (id: string, signal: string, message: unknown) =>
    stage.client.workflow.signalWithStart('epicWorkflow', {
      ...epicStartOptions(id, 'early'),
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [input],
      signal,
      signalArgs: [message],
    });
  const [paused, approved] = [
    await begin('born-paused', 'pause', { by: 'me' }),
    await begin('born-approved', 'approve', {}),
  ];
  const { requestId } = await stage.asked('born-approved', 'merge');
  await waitFor(async () => (await stage.epicRow('born-paused'))?.paused);
  assert.equal(count('turn 1 of born-paused'), 0);
  await paused.signal('resume');
  await paused.signal('approve', { requestId: 'too early' });
  const { requestId: other } = await stage.asked('born-paused', 'merge');
  await stage.respond('born-paused', other, 'approve');
  await stage.respond('born-approved', requestId, 'approve');
  await Promise.all([paused.result(), approved.result()]);
});

test('a refused update leaves no event behind', async () => {
  stage.play({ takeTurn: ({ purpose }) => (purpose === 'plan' ? answer() : submitWork) });
  const handle = await stage.start('refusing', {
    title: 'Refusing',
    tasks: tasks({ only: [] }),
    requireApproval: ['plan'],
  });
  const { requestId } = await stage.asked('refusing', 'plan');
  const refusals: [string, unknown, string][] = [
    ['respond', { requestId: 'nothing', decision: 'approve' }, 'NotFound'],
    ['retryTask', { taskKey: 'nobody' }, 'NotFound'],
    ['addTask', { task: { key: 'x', title: 'X' } }, 'PlanUnsettled'],
    ['raiseBudget', { capUsd: -1 }, 'InvalidInput'],
    ['pause', { by: 7 }, 'InvalidInput'],
  ];
  for (const [name, input, type] of refusals) {
    await assert.rejects(stage.update('refusing', name, input), failsWith(type), name);
  }
  assert.equal(await updateEvents('refusing'), 0);
  await stage.respond('refusing', requestId, 'cancel');
  assert.equal(await updateEvents('refusing'), 1, 'one that is taken does');
  await handle.cancel();
  await assert.rejects(handle.result());
});

test('an epic that is ending takes no message any more', async () => {
  const closing = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  stage.play({
    takeTurn: handInAtOnce,
    closePullRequest: async (head) => {
      if (head !== 'factory/ending/epic') return;
      closing[0].resolve();
      await closing[1].promise;
    },
  });
  const handle = await stage.start('ending', {
    title: 'Ending',
    tasks: tasks({ one: [], two: [] }),
    requireApproval: ['merge'],
  });
  await stage.asked('ending', 'merge');
  await handle.cancel();
  await closing[0].promise;
  const refused = assert.rejects(stage.update('ending', 'pause', { by: 'me' }), (error: Error) => {
    assert.match(String(error.cause), /The epic is ending/);
    return true;
  });
  await waitFor(async () => (await updateEvents('ending')) === 1);
  closing[1].resolve();
  await refused;
  assert.equal((await stage.epicRow('ending'))?.paused, false);
  await assert.rejects(handle.result());
});
