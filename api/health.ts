/** Whether the factory can work: its two stores answer, and every task queue is polled by somebody. */
import type { Database } from '../db/connection.ts';
import { askDatabase } from '../db/reads/answers.ts';
import { listHostSandboxes } from '../db/reads/sandboxes.ts';
import { FACTORY_QUEUE, HOSTS_QUEUE, MODEL_QUEUE } from '../workflows/contract/task-queues.ts';
import { type Executions, inTime } from './executions.ts';

export interface Dependency {
  readonly ok: boolean;
  readonly message: string;
}

/** A poll is held open for a minute and Temporal names pollers for five; older ones belong to processes that are gone. */
const POLLED_WITHIN_MS = 70_000;

/** Hosts report every five seconds. */
const HOST_SEEN_WITHIN_SECONDS = 30;

// temporal.api.enums.v1.TaskQueueType
const WORKFLOW_TASKS = 1;
const ACTIVITY_TASKS = 2;

const POLLED = [
  { name: 'queue factory', queue: FACTORY_QUEUE, types: [WORKFLOW_TASKS, ACTIVITY_TASKS] },
  { name: 'queue model', queue: MODEL_QUEUE, types: [ACTIVITY_TASKS] },
  { name: 'queue hosts', queue: HOSTS_QUEUE, types: [ACTIVITY_TASKS] },
] as const;

export async function checkHealth(db: Database, executions: Executions) {
  const checks: readonly (readonly [string, Promise<Dependency>])[] = [
    ['postgres', check(() => askDatabase(db), 'PostgreSQL does not answer')],
    [
      'temporal',
      check(
        () => inTime(executions, () => executions.temporal.workflowService.getSystemInfo({})),
        'Temporal does not answer',
      ),
    ],
    ...POLLED.map(({ name, queue, types }) => [name, checkPollers(executions, queue, types)] as const),
  ];
  const results = await Promise.all(checks.map(async ([name, result]) => [name, await result] as const));
  // Without PostgreSQL nothing is known of hosts, which its own line says.
  const sandboxes = await listHostSandboxes(db, HOST_SEEN_WITHIN_SECONDS).catch(() => ({}));
  return { ready: results.every(([, { ok }]) => ok), dependencies: Object.fromEntries(results), sandboxes };
}

async function check(ask: () => Promise<unknown>, problem: string): Promise<Dependency> {
  try {
    await ask();
    return { ok: true, message: 'answers' };
  } catch {
    return { ok: false, message: problem };
  }
}

async function checkPollers(executions: Executions, queue: string, types: readonly (1 | 2)[]): Promise<Dependency> {
  const pollers = await Promise.all(types.map((type) => countPollers(executions, queue, type))).catch(() => undefined);
  if (pollers === undefined) return { ok: false, message: 'Temporal does not answer' };
  const least = Math.min(...pollers);
  if (least === 0) return { ok: false, message: `no worker process polls the task queue "${queue}"; start one` };
  return { ok: true, message: `polled by ${least} worker ${least === 1 ? 'process' : 'processes'}` };
}

async function countPollers(executions: Executions, queue: string, taskQueueType: 1 | 2): Promise<number> {
  const { pollers } = await inTime(executions, () =>
    executions.temporal.workflowService.describeTaskQueue({
      namespace: executions.temporal.options.namespace,
      taskQueue: { name: queue },
      taskQueueType,
    }),
  );
  const since = Date.now() - POLLED_WITHIN_MS;
  const live = (pollers ?? []).filter((poller) => Number(poller.lastAccessTime?.seconds ?? 0) * 1_000 >= since);
  return new Set(live.map((poller) => poller.identity)).size;
}
