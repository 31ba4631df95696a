/** An execution whose history does not fit the code any more: it says so, and a repair lets it go on to its end. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { lineWorkflowId } from '../../db/line-id.ts';
import { INTERCEPTORS } from '../../worker/bundle.ts';
import { epicStartOptions } from '../../workflows/contract/start-options.ts';
import { FACTORY_QUEUE } from '../../workflows/contract/task-queues.ts';
import { createApi } from '../support/api.ts';
import { waitFor } from '../support/wait-for.ts';
import { bundleTestWorkflows } from '../support/workflow-bundle.ts';
import { tasks, waitInSecondTurn } from './answers.ts';
import { countMerging } from './script.ts';
import { openStage } from './stage.ts';

const CHANGED = 'test/workflows/fixtures/changed-workflows.ts';
const [stage, changed] = await Promise.all([
  openStage(),
  bundleTestWorkflows(CHANGED, { interceptors: [...INTERCEPTORS, CHANGED] }),
]);
const api = await createApi(stage.db, stage.client);
after(async () => {
  await api.close();
  await stage.close({ isReplayed: true });
});

const TIMES = { timeoutMs: 40_000, intervalMs: 200 };

/** Waits until the API says of the epic that this is stuck; returns the words. */
const toldStuck = (epicId: string, workflowId: string): Promise<{ message: string; remedy: string }> =>
  waitFor(
    async () => {
      const { retries } = (await api.ask('GET', `/epics/${epicId}`)).body;
      return retries.find(
        (one: { workflowId: string; remedy: unknown }) => one.workflowId === workflowId && one.remedy,
      );
    },
    { ...TIMES, what: `${workflowId} is said to be stuck` },
  );

/** A client whose process dies before it cancels. */
function cannotCancel(): Client {
  const { connection, options } = stage.client;
  const cancel = () => Promise.reject(new Error('killed'));
  return new Client({ connection, namespace: options.namespace, interceptors: { workflow: [{ cancel }] } });
}

/** Of its last run, with the code that repaired it. */
async function checkReplay(workflowId: string): Promise<void> {
  const history = await stage.client.workflow.getHandle(workflowId).fetchHistory();
  await Worker.runReplayHistory({ workflowBundle: changed }, history, workflowId);
}

test('an epic that cannot be replayed since a pause is repaired: the pause comes again, and the epic is merged', async () => {
  await stage.start('paused', { title: 'Paused', tasks: tasks({ a: [], b: [] }), requireApproval: ['merge'] });
  await stage.asked('paused', 'merge');
  assert.equal((await api.ask('POST', '/epics/paused/pause', { by: 'ada' })).status, 200);
  assert.equal((await api.ask('POST', '/epics/paused/repair', {})).body.error.code, 'NothingStuck');

  await stage.deploy(changed);
  await stage.handle('paused').signal('issueChanged', {});
  const { message, remedy } = await toldStuck('paused', 'epic-paused');
  assert.match(message, /epic-paused does not go on \(it cannot be replayed\)/);
  assert.equal(remedy, 'bin/factory repair paused');

  const { repairs } = (await api.ask('POST', '/epics/paused/repair', { apply: false })).body;
  assert.equal(repairs.length, 1);
  const [{ workflowId, runId, eventId, failure, messages }] = repairs;
  assert.match(failure, /TMPRL1100/);
  assert.deepEqual(
    messages.map((one: { name: string; by: string | null }) => [one.name, one.by]),
    [
      ['pause', 'ada'],
      ['issueChanged', null],
    ],
  );
  const stale = await api.ask('POST', '/epics/paused/repair', { seen: [{ workflowId, runId, eventId: 4 }] });
  assert.equal(stale.body.error.code, 'StaleRepair');
  const seen = [{ workflowId, runId, eventId }];
  const repaired = await api.ask('POST', '/epics/paused/repair', { by: 'eve', seen });
  assert.deepEqual([repaired.status, repaired.body.repairs], [200, repairs]);

  await stage.until('paused', (view) => view.paused, 'the pause comes again');
  assert.equal((await api.ask('POST', '/epics/paused/resume', { by: 'ada' })).body.message, 'it is running');
  await stage.handle('paused').signal('approve', { by: 'me' });
  await stage.handle('paused').result();
  await checkReplay('epic-paused');
  assert.equal(stage.merged('paused').length, 3);
  const log = (await api.ask('GET', '/epics/paused/log')).body as { actor: string; decision: string }[];
  const by = log.find(({ decision }) => decision === `repair epic-paused: reset to event ${eventId}`)?.actor;
  assert.equal(by, 'eve');
});

test('a cancellation that a stuck epic was sent holds after its repair, also when that was interrupted', async () => {
  await stage.deploy(stage.workflowBundle);
  await stage.start('cancelled', { title: 'Cancelled', tasks: tasks({ a: [] }), requireApproval: ['merge'] });
  await stage.asked('cancelled', 'merge');
  await api.ask('POST', '/epics/cancelled/pause', { by: 'ada' });
  await stage.deploy(changed);
  await api.ask('POST', '/epics/cancelled/cancel', { by: 'ada' });
  await toldStuck('cancelled', 'epic-cancelled');
  const dying = await createApi(stage.db, cannotCancel());
  assert.equal((await dying.ask('POST', '/epics/cancelled/repair', { by: 'eve' })).status, 500);
  await dying.close();
  await stage.until('cancelled', (view) => view.paused, 'the pause comes again');

  const { repairs } = (await api.ask('POST', '/epics/cancelled/repair', { by: 'eve' })).body;
  assert.deepEqual(
    repairs.map((one: { workflowId: string; eventId: number | null; messages: { name: string }[] }) => [
      one.workflowId,
      one.eventId,
      one.messages.map(({ name }) => name),
    ]),
    [['epic-cancelled', null, ['cancel']]],
  );
  await assert.rejects(stage.handle('cancelled').result());
  assert.equal((await stage.handle('cancelled').describe()).status.name, 'CANCELLED');
  const log = (await stage.decisions('cancelled')).filter(({ decision }) => decision.startsWith('repair '));
  assert.deepEqual(
    log.map(({ actor, decision }) => [actor, decision.replace(/\d+$/, '<id>')]),
    [
      ['eve', 'repair epic-cancelled: reset to event <id>'],
      ['eve', 'repair epic-cancelled: cancel it again'],
    ],
  );
});

test('a repair finds out why an execution does not go on when its first try was lost with a worker process', async () => {
  await stage.deploy(stage.workflowBundle);
  const options = { ...epicStartOptions('lost', 'Lost'), workflowTaskTimeout: '2 seconds' } as const;
  const input = { title: 'Lost', tasks: tasks({ a: [], b: [] }), requireApproval: ['merge'] };
  const handle = await stage.client.workflow.start('epicWorkflow', { ...options, args: [input] });
  await stage.asked('lost', 'merge');
  await api.ask('POST', '/epics/lost/pause', { by: 'ada' });
  await stage.deploy(changed, async () => {
    await handle.signal('issueChanged', {});
    // A worker process that takes the workflow task and dies.
    const { namespace } = stage.client.options;
    const poll = () =>
      stage.client.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: FACTORY_QUEUE } });
    const take = () => stage.client.withDeadline(Date.now() + 20_000, poll);
    await waitFor(async () => (await take()).workflowExecution?.workflowId === 'epic-lost', TIMES);
  });
  const attempt = async () => (await handle.describe()).raw.pendingWorkflowTask?.attempt ?? 0;
  await waitFor(async () => (await attempt()) > 1, TIMES);
  const { repairs } = (await api.ask('POST', '/epics/lost/repair', { by: 'eve' })).body;
  assert.deepEqual(
    repairs[0].messages.slice(0, 3).map(({ name }: { name: string }) => name),
    // On a busy machine the woken try may be lost, too.
    ['pause', 'issueChanged', 'wake'],
  );
  await stage.until('lost', (view) => view.paused, 'the pause comes again');
  await stage.handle('lost').terminate();
});

test('an agent whose very beginning was changed is repaired with its epic, and takes no stored turn again', async () => {
  await stage.deploy(stage.workflowBundle);
  const gate = Promise.withResolvers<void>();
  stage.play({ takeTurn: waitInSecondTurn(gate.promise) });
  await stage.start('begun', { title: 'Begun', tasks: tasks({ a: [] }) });
  await waitFor(() => stage.log.some((line) => line.includes('turn 2 of begun.')), TIMES);
  await stage.deploy(changed);
  gate.resolve();
  await toldStuck('begun', 'agent-begun.a.implement.1');
  const { repairs } = (await api.ask('POST', '/epics/begun/repair', { by: 'eve' })).body;
  assert.deepEqual(
    repairs.map((one: { workflowId: string; taskKey: string; eventId: number }) => [
      one.workflowId,
      one.taskKey,
      one.eventId,
    ]),
    [['agent-begun.a.implement.1', 'a', 4]],
  );
  await stage.handle('begun').result();
  await checkReplay('agent-begun.a.implement.1');
  assert.equal(stage.log.filter((line) => line.includes('begun.a.implement.2')).length, 0);
});

test('a line that cannot be replayed is said to be stuck, and is repaired with an epic whose tasks wait in it', async () => {
  await stage.deploy(stage.workflowBundle);
  const gate = Promise.withResolvers<void>();
  const { seen, script } = countMerging(gate.promise);
  stage.play(script);
  await stage.start('lined', { title: 'Lined', tasks: tasks({ l1: [], l2: [] }) });
  const isInLane = async (key: string) => (await stage.taskRow('lined', key))?.phase === 'waits for its turn to merge';
  await waitFor(async () => seen.inside === 1 && ((await isInLane('l1')) || (await isInLane('l2'))), TIMES);
  await stage.deploy(changed);
  gate.resolve();
  const workflowId = lineWorkflowId({ repository: 'example', branch: 'factory/lined/epic' });
  const { message, remedy } = await toldStuck('lined', workflowId);
  assert.match(message, /cannot be replayed/);
  assert.equal(remedy, 'bin/factory repair lined');
  const { repairs } = (await api.ask('POST', '/epics/lined/repair', { by: 'eve' })).body;
  assert.deepEqual(
    repairs.map((one: { workflowId: string }) => one.workflowId),
    [workflowId],
  );
  await stage.handle('lined').result();
});
