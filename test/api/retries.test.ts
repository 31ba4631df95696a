/** A step that fails and is tried again is told with the epic, since the execution itself only knows that it waits. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { withHeartbeat } from '../../activities/heartbeat.ts';
import { progressReporter } from '../../clients/progress.ts';
import { FACTORY_QUEUE } from '../../workflows/contract/task-queues.ts';
import { openApiOnTemporal } from '../support/answering-epics.ts';
import { recorder } from '../support/recording.ts';
import { epicView, plannedTask, taskView } from '../support/views.ts';
import { waitFor } from '../support/wait-for.ts';
import { bundleTestWorkflows } from '../support/workflow-bundle.ts';

const [{ database, temporal, api, stop }, workflowBundle] = await Promise.all([
  openApiOnTemporal(),
  bundleTestWorkflows('test/support/failing-workflows.ts'),
]);
after(stop);
const record = recorder(database.db);

const progressing = async (): Promise<void> => {
  const cancelled = Context.current().cancelled.catch(() => undefined);
  await withHeartbeat(async () => {
    progressReporter()('fetches, 63 %');
    await cancelled;
  });
};

const start = (type: string, workflowId: string) =>
  temporal.client.workflow.start(type, { workflowId, taskQueue: FACTORY_QUEUE, workflowTaskTimeout: '1 second' });

test('what an epic and its tasks try again is told with activity, attempt and reason', async () => {
  await record.epic(epicView('shop', 1, { tasks: [plannedTask('first', 0)] }));
  await record.task(taskView('shop', 'first', 1));
  const worker = await Worker.create({
    connection: temporal.connection,
    taskQueue: FACTORY_QUEUE,
    workflowBundle,
    activities: {
      merge: () => Promise.reject(new Error('The forge does not answer')),
    },
  });
  await worker.runUntil(async () => {
    await start('epicWorkflow', 'epic-shop');
    await start('taskWorkflow', 'epic-shop/task-first');
    const told = async () => (await api.ask('GET', '/epics/shop')).body.retries;
    const retries = await waitFor(async () => (await told()).length === 2 && (await told()), { timeoutMs: 40_000 });
    const [epic, task] = retries;
    assert.deepEqual(
      [epic.workflowId, epic.taskKey, epic.activity, epic.message],
      ['epic-shop', null, 'merge', 'The forge does not answer'],
    );
    assert.ok(epic.attempt >= 3);
    assert.deepEqual([task.taskKey, task.activity], ['first', 'workflow task']);
    await Promise.all(
      ['epic-shop', 'epic-shop/task-first'].map((id) => temporal.client.workflow.getHandle(id).terminate()),
    );
  });
});

test('how far a long step is, as its heartbeats say it, is told with its epic', async () => {
  await record.epic(epicView('slow', 1));
  const worker = await Worker.create({
    connection: temporal.connection,
    taskQueue: FACTORY_QUEUE,
    workflowBundle,
    activities: { prepare: progressing },
  });
  await worker.runUntil(async () => {
    const handle = await start('slowWorkflow', 'epic-slow');
    const told = async () => (await api.ask('GET', '/epics/slow')).body.progress;
    const [step] = await waitFor(async () => (await told()).length === 1 && (await told()), { timeoutMs: 40_000 });
    const { activity, progress, taskKey } = step;
    assert.deepEqual([activity, progress, taskKey], ['prepare', 'fetches, 63 %', null]);
    await handle.cancel();
  });
});

test('an activity that is paused in Temporal is what holds its task, and its command is not said to have stopped', async () => {
  await record.epic(epicView('held', 1, { tasks: [plannedTask('only', 0)] }));
  await record.task(taskView('held', 'only', 1));
  const stopped = () =>
    new Promise<never>((_, reject) => {
      const { cancellationSignal } = Context.current();
      cancellationSignal.addEventListener('abort', () => reject(new Error(String(cancellationSignal.reason))));
    });
  const worker = await Worker.create({
    connection: temporal.connection,
    taskQueue: FACTORY_QUEUE,
    workflowBundle,
    activities: { bash: () => withHeartbeat(stopped) },
    maxHeartbeatThrottleInterval: 200,
    shutdownForceTime: 200,
  });
  await worker.runUntil(async () => {
    const workflowId = 'epic-held/task-only';
    const handle = await start('commandWorkflow', workflowId);
    const pending = async () => (await handle.describe()).raw.pendingActivities?.[0];
    const activity = await waitFor(async () => await pending());
    await temporal.client.workflowService.pauseActivity({
      namespace: temporal.namespace,
      execution: { workflowId },
      id: activity.activityId as string,
      identity: 'somebody',
    });
    const task = () => api.ask('GET', '/tasks/held.only').then(({ body }) => body);
    const { hold } = await waitFor(async () => (await task()).hold?.kind === 'pause' && (await task()), {
      timeoutMs: 20_000,
    });
    assert.match(
      hold.reason,
      /bash is paused in Temporal; a command that it has begun runs on: temporal activity unpause/,
    );
    const { body: epic } = await api.ask('GET', '/epics/held');
    assert.equal(epic.tasks[0].hold.reason, hold.reason);
    assert.deepEqual([epic.hold, epic.retries], [null, []]);
    await handle.terminate();
  });
});
