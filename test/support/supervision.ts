/** What these tests stand on: a Temporal server with workflows that only wait, a database, and a forge that notes its calls. */
import { after, before } from 'node:test';
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { createCloseAbandoned } from '../../activities/forge/close-abandoned.ts';
import { createRecordActivities } from '../../activities/records.ts';
import { createSupervisionActivities } from '../../activities/supervision.ts';
import type { EpicView } from '../../workflows/contract/records.ts';
import { FACTORY_QUEUE } from '../../workflows/contract/task-queues.ts';
import { MockActivityEnvironment } from './activity-environment.ts';
import { createDatabase, type TestDatabase } from './database.ts';
import { startTemporal, type TestTemporal } from './temporal.ts';
import { epicView, humanRequest, plannedTask, pullRequest } from './views.ts';
import { bundleTestWorkflows } from './workflow-bundle.ts';

/** Starts with the file's first test and ends with its last. */
export function useSupervision() {
  let database: TestDatabase;
  let temporal: TestTemporal;
  let worker: Worker;
  let running: Promise<void>;
  before(async () => {
    const bundled = bundleTestWorkflows('test/support/parked-workflows.ts');
    [database, temporal] = await Promise.all([createDatabase(), startTemporal()]);
    const { connection } = temporal;
    worker = await Worker.create({ connection, taskQueue: FACTORY_QUEUE, workflowBundle: await bundled });
    running = worker.run();
  });
  after(async () => {
    worker.shutdown();
    await running;
    await Promise.all([temporal.stop(), database.drop()]);
  });

  function inActivity<Input, Output>(
    activity: (input: Input) => Promise<Output>,
    input: Input,
    run = { workflowId: 'any', runId: 'any' },
  ) {
    const environment = new MockActivityEnvironment({ workflowExecution: run });
    return environment.run(activity, input) as Promise<Output>;
  }

  /** Calls of the forge; a number in `away` is refused. */
  const asked: string[] = [];
  const away = new Set<number>();
  const forge = {
    readPullRequest: async ({ number }: { number: number }) => {
      if (away.has(number)) throw new Error('the forge is away');
      return { ...pullRequest(number), feedback: [] } as never;
    },
    comment: async ({ number, body }: { number: number; body: string }) => void asked.push(`#${number}: ${body}`),
    close: async ({ number }: { number: number }) => void asked.push(`close #${number}`),
  };

  /** Workflows that no signal and no question reaches. */
  const unreachable = new Set<string>();

  /** Through a worker's own connection, as the product has it. */
  function supervision(quietSeconds = 0) {
    const client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
    const getHandle = client.workflow.getHandle.bind(client.workflow);
    client.workflow.getHandle = (workflowId, ...rest) => {
      const handle = getHandle(workflowId, ...rest);
      const refuse = () => Promise.reject(new Error('Temporal is away'));
      return unreachable.has(workflowId) ? { ...handle, signal: refuse, query: refuse, describe: refuse } : handle;
    };
    return createSupervisionActivities({
      db: database.db,
      temporal: client,
      epicsAtOnce: 3,
      quietSeconds,
      closeAbandoned: createCloseAbandoned({ db: database.db, forge }),
      sweep: async () => 0,
    });
  }
  const reconcile = (quietSeconds = 0) => inActivity(() => supervision(quietSeconds).reconcile({}), undefined);

  const heard = () => temporal.client.workflow.getHandle('supervisor').query<[string, { epicId: string }][]>('heard');

  /** Starts a parked workflow and records as it would. */
  async function park(type: string, workflowId: string, args: unknown[] = []) {
    const handle = await temporal.client.workflow.start(type, { workflowId, taskQueue: FACTORY_QUEUE, args });
    return { handle, run: { workflowId, runId: handle.firstExecutionRunId } };
  }

  /** `says` is what it answers when it is asked whether it is admitted; its row has what `rest` says. */
  async function parkEpic(epicId: string, rest: Partial<EpicView> = {}, says = false) {
    const { recordEpic } = createRecordActivities({ db: database.db });
    const epic = await park('epicWorkflow', `epic-${epicId}`, [says]);
    const tasks = [plannedTask('first', 0), plannedTask('second', 1)];
    const view = epicView(epicId, 1, { tasks, requests: [humanRequest('r1')], ...rest });
    await inActivity(recordEpic, { view, chain: epic.run.runId, decisions: [] }, epic.run);
    return epic;
  }

  return {
    ...{ inActivity, supervision, reconcile, unreachable, heard, park, parkEpic, asked, away },
    database: () => database,
    temporal: () => temporal,
  };
}
