/** The API on a real Temporal server, for epics that are those of `answering-workflows.ts`. */
import { Worker } from '@temporalio/worker';
import { FACTORY_QUEUE } from '../../workflows/contract/task-queues.ts';
import { createApi } from './api.ts';
import { createDatabase } from './database.ts';
import { startTemporal } from './temporal.ts';
import { bundleTestWorkflows } from './workflow-bundle.ts';

/** An API on a Temporal server and a database of a test's own; `stop` comes after the last worker. */
export async function openApiOnTemporal() {
  const [database, temporal] = await Promise.all([createDatabase(), startTemporal()]);
  const api = await createApi(database.db, temporal.client);
  return {
    database,
    temporal,
    api,
    async stop(): Promise<void> {
      await api.close();
      await Promise.all([temporal.stop(), database.drop()]);
    },
  };
}

/** All but a worker process, which a test may want to stop. */
export async function startAnsweringEpics() {
  const opened = await openApiOnTemporal();
  const { temporal, api } = opened;
  const activities = { async nothing() {} };
  const createWorker = async () =>
    Worker.create({
      ...{ connection: temporal.connection, taskQueue: FACTORY_QUEUE, activities },
      workflowBundle: await bundleTestWorkflows('test/support/answering-workflows.ts'),
      // As the product's: what a stopped worker had in its cache goes to the next one after this.
      stickyQueueScheduleToStartTimeout: '1 second',
    });

  const workflow = (epicId: string) => temporal.client.workflow.getHandle(`epic-${epicId}`);
  const heard = (epicId: string) => workflow(epicId).query<[string, unknown][]>('heard');
  const submit = (body: object, headers: Record<string, string> = {}) => api.ask('POST', '/epics', body, headers);
  const started = (id: string) => submit({ title: 'An epic' }, { 'idempotency-key': id });
  return { ...opened, activities, createWorker, workflow, heard, submit, started };
}
