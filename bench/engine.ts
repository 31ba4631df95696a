/** What Temporal alone costs: a long row of activities, and one turn of an agent. */
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { FACTORY_QUEUE, hostQueue, MODEL_QUEUE } from '../workflows/contract/task-queues.ts';
import type { Figure } from './figure.ts';
import { untilAborted } from './interruptible.ts';
import { noOps } from './no-ops.ts';
import { type BenchTemporal, startTemporal } from './temporal.ts';
import { BENCH_HOST, sequentialWorkflow, turnsWorkflow } from './workflows.ts';

const ACTIVITIES = 1_023;
const TURNS = 340;

export async function measureEngine(signal: AbortSignal): Promise<Figure[]> {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'ERROR' } },
    // `withWorkers` ends its workers, when somebody interrupts the run too.
    shutdownSignals: [],
  });
  const temporal = await startTemporal();
  try {
    return await withWorkers(temporal, signal, async () => {
      // The first run pays for connections and caches that a running factory has.
      await seconds(temporal, sequentialWorkflow, 20);
      const row = await seconds(temporal, sequentialWorkflow, ACTIVITIES);
      const turns = await seconds(temporal, turnsWorkflow, TURNS);
      return [
        { name: `${ACTIVITIES} sequential activities in one workflow`, value: row, unit: 's', goal: 14 },
        { name: `engine time of one agent turn (over ${TURNS})`, value: (turns / TURNS) * 1_000, unit: 'ms', goal: 60 },
      ];
    });
  } finally {
    await temporal.stop();
  }
}

async function seconds(temporal: BenchTemporal, workflow: (count: number) => Promise<void>, count: number) {
  const began = performance.now();
  await temporal.client.workflow.execute(workflow, {
    taskQueue: FACTORY_QUEUE,
    workflowId: `${workflow.name}-${count}`,
    args: [count],
  });
  return (performance.now() - began) / 1_000;
}

/** The three queues that a turn crosses, each with a worker of its own, as a worker process has them. */
async function withWorkers<T>({ connection }: BenchTemporal, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: new URL('./workflows.ts', import.meta.url).pathname,
    logger: new DefaultLogger('ERROR'),
  });
  const workers = await Promise.all([
    Worker.create({ connection, taskQueue: FACTORY_QUEUE, workflowBundle, activities: noOps }),
    Worker.create({ connection, taskQueue: MODEL_QUEUE, activities: noOps }),
    Worker.create({ connection, taskQueue: hostQueue(BENCH_HOST), activities: noOps }),
  ]);
  const running = workers.map((worker) => worker.run());
  try {
    return await untilAborted(work(), signal);
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  }
}
