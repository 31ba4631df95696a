/** Whether the factory can work: its two stores answer, and every task queue is polled by somebody. */
import type { Database } from '../db/connection.ts';
import { pingDatabase } from '../db/reads/ping.ts';
import { listHostSandboxes } from '../db/reads/sandboxes.ts';
import { type Executions, inTime } from './executions.ts';
import { POLLED, readPollers } from './pollers.ts';

export interface Dependency {
  readonly ok: boolean;
  readonly message: string;
}

/** Hosts report every five seconds. */
const HOST_SEEN_WITHIN_SECONDS = 30;

export async function probeHealth(db: Database, executions: Executions) {
  const probes: readonly (readonly [string, Promise<Dependency>])[] = [
    ['postgres', probe(() => pingDatabase(db), 'PostgreSQL does not answer')],
    [
      'temporal',
      probe(
        () => inTime(executions, () => executions.temporal.workflowService.getSystemInfo({})),
        'Temporal does not answer',
      ),
    ],
    ...POLLED.map((polled) => [`queue ${polled.queue}`, probePollers(executions, polled)] as const),
  ];
  const results = await Promise.all(probes.map(async ([name, result]) => [name, await result] as const));
  // Without PostgreSQL nothing is known of hosts, which its own line says.
  const sandboxes = await listHostSandboxes(db, HOST_SEEN_WITHIN_SECONDS).catch(() => ({}));
  return { ready: results.every(([, { ok }]) => ok), dependencies: Object.fromEntries(results), sandboxes };
}

async function probe(ask: () => Promise<unknown>, problem: string): Promise<Dependency> {
  try {
    await ask();
    return { ok: true, message: 'answers' };
  } catch {
    return { ok: false, message: problem };
  }
}

async function probePollers(executions: Executions, polled: (typeof POLLED)[number]): Promise<Dependency> {
  const found = await inTime(executions, () => readPollers(executions.temporal, polled)).catch(() => undefined);
  if (found === undefined) return { ok: false, message: 'Temporal does not answer' };
  const { polling, quiet } = found;
  if (polling > 0) return { ok: true, message: `polled by ${processes(polling)}` };
  if (quiet === 0) return { ok: false, message: `no worker process polls the task queue "${polled.queue}"; start one` };
  const words = `polled by ${processes(quiet)} until a minute ago or more`;
  return { ok: false, message: `${words}, and by none now: all slots are busy, or no worker process is there` };
}

const processes = (number: number): string => `${number} worker ${number === 1 ? 'process' : 'processes'}`;
