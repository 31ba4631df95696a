/** A worker process for workflows that may not end: `… <address> <bundle> <task queue> <state folder> <0|1>`. */
import { NativeConnection, Worker } from '@temporalio/worker';
import { watchWorkflows } from '../../worker/endless-workflows.ts';
import { createLogger } from '../../worker/runtime.ts';

const [address = '', codePath = '', taskQueue = '', stateDir = '', diagnostics] = process.argv.slice(2);
watchWorkflows({ stateDir, diagnostics: diagnostics === '1', logger: createLogger('info'), limitMs: 1_000 });
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  workflowBundle: { codePath },
});
await worker.run();
