/**
 * A process that runs workflows and no activities: `node test/faults/workflow-worker.ts <address> <namespace> <bundle>
 * <cached workflows>`. Killing it loses what it has cached and nothing else.
 */
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { FACTORY_QUEUE } from '../../workflows/contract/task-queues.ts';

const [address = '', namespace = '', codePath = '', cached = ''] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR' } } });
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue: FACTORY_QUEUE,
  workflowBundle: { codePath },
  stickyQueueScheduleToStartTimeout: '1 second',
  maxCachedWorkflows: Number(cached),
});
// The SDK shuts it down at SIGTERM.
await worker.run();
await connection.close();
