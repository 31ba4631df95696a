/** 10,000 messages each to a waiting epic, a waiting task and the supervisor, while a neighbour's updates are timed. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { readProcesses } from '../local/stack/process-list.ts';
import { askStatus } from '../test/support/ask-status.ts';
import { persistently } from '../test/support/wait-for.ts';
import { runLengths } from '../test/workflows/runs.ts';
import { epicWorkflowId, taskWorkflowId } from '../workflows/contract/ids.ts';
import type { EpicView } from '../workflows/contract/records.ts';
import { epicStartOptions } from '../workflows/contract/start-options.ts';
import { createSource, withFactory } from './factory.ts';
import { type Figure, percentile } from './figure.ts';

const SAMPLES = 100;

export interface Flood {
  /** To each of the three. */
  readonly messages: number;
  /** Messages a second to all three together: without a pace the sender alone takes both cores, and all is slow. */
  readonly rate: number;
}

export async function measureFlood(signal: AbortSignal, wanted: Flood): Promise<Figure[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'factory-bench-')));
  try {
    const source = await createSource(folder, 'test -s README.md');
    return await withFactory({ folder, source, signal }, (client) => flood(client, folder, wanted));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function flood(client: Client, folder: string, wanted: Flood): Promise<Figure[]> {
  const task = (key: string) => ({ key, title: key, description: '', acceptance: [], dependsOn: [] });
  const start = (id: string, ...keys: string[]) => {
    const input = { title: id, tasks: keys.map(task), requireApproval: ['merge'] };
    return client.workflow.start('epicWorkflow', { ...epicStartOptions(id, id), args: [input] });
  };
  const epics = await Promise.all([start('whole', 'a', 'b'), start('lone', 'only'), start('neighbour', 'its')]);
  const [whole, lone] = await Promise.all(['whole', 'lone', 'neighbour'].map((id) => untilAsked(client, id)));

  const quiet = percentile(await timeUpdates(client, SAMPLES), 95);
  const sending = sendAll(client, wanted, Number(lone?.pullRequest ?? 0), () => killWorker(folder));
  let isSent = false;
  sending.finally(() => {
    isSent = true;
  });
  const during: number[] = [];
  while (!isSent) during.push(...(await timeUpdates(client, 5)));
  await sending;

  const still = await Promise.all(['whole', 'lone'].map((id) => untilAsked(client, id)));
  const isSame = still.every(({ requestId }, index) => requestId === [whole, lone][index]?.requestId);
  for (const id of ['whole', 'lone', 'neighbour'])
    await client.workflow.getHandle(epicWorkflowId(id)).signal('approve');
  await Promise.all(epics.map((epic) => epic.result()));

  const flooded = [epicWorkflowId('whole'), taskWorkflowId('lone', 'only'), 'supervisor'];
  const lengths = await Promise.all(flooded.map((id) => runLengths(client, id)));
  // A kill of the worker process costs every update of its moment; 95 of 100 do not meet it.
  const slowed = percentile(during, 95) / quiet;
  return [
    { name: 'update of a neighbour, p95, quiet', value: quiet, unit: 'ms' },
    {
      name: `the same beside ${3 * wanted.messages} messages (${wanted.rate} a second)`,
      value: percentile(during, 95),
      unit: 'ms',
    },
    { name: 'flooded against quiet', value: slowed, unit: '×', goal: 1.2 },
    ...flooded.map((id, index) => ({
      name: `events of the longest of ${lengths[index]?.length} runs of ${id}`,
      value: Math.max(...(lengths[index] ?? [])),
      unit: '' as const,
      goal: 2_000,
    })),
    { name: 'open questions that changed', value: isSame ? 0 : 1, unit: '', goal: 0 },
  ];
}

async function untilAsked(client: Client, id: string) {
  for (;;) {
    const view: EpicView = await askStatus(client.workflow.getHandle(epicWorkflowId(id)));
    const open = view.requests.find(({ state, kind }) => state === 'open' && kind === 'merge');
    if (open !== undefined) return open;
    await pause(200);
  }
}

/** Round trips in milliseconds; each is applied and recorded. */
async function timeUpdates(client: Client, count: number): Promise<number[]> {
  const handle = client.workflow.getHandle(epicWorkflowId('neighbour'));
  const times: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const began = performance.now();
    const name = i % 2 === 0 ? 'pause' : 'resume';
    await again(() => handle.executeUpdate(name, { args: [{ by: 'bench' }] }));
    times.push(performance.now() - began);
    await pause(20);
  }
  if (count % 2 === 1) await again(() => handle.executeUpdate('resume', { args: [{ by: 'bench' }] }));
  return times;
}

/** One after another at an even pace; the worker process is killed in the middle. */
async function sendAll(client: Client, { messages, rate }: Flood, number: number, kill: () => void): Promise<void> {
  const { workflow } = client;
  const [epic, task] = [
    workflow.getHandle(epicWorkflowId('whole')),
    workflow.getHandle(taskWorkflowId('lone', 'only')),
  ];
  const supervisor = workflow.getHandle('supervisor');
  const began = performance.now();
  for (let i = 0; i < messages; i += 1) {
    if (i === Math.floor(messages / 2)) kill();
    const sends = [
      () => epic.signal('approve', { by: `flood-${i}`, requestId: 'none' }),
      () => task.signal('pullRequestChanged', { number }),
      () => supervisor.signal('releaseAdmission', { epicId: `ghost-${i}` }),
    ];
    for (const [nth, send] of sends.entries()) {
      await again(send);
      await pause(Math.max(0, began + ((3 * i + nth + 1) * 1_000) / rate - performance.now()));
    }
  }
}

/** A run that is closing takes nothing, and a task is closed for a moment while it is handed over to its epic's next run. */
const again = <T>(send: () => Promise<T>): Promise<T> => persistently(send, { times: 21, pauseMs: 250 });

function killWorker(folder: string): void {
  const worker = readProcesses(join(folder, 'state')).find(({ name }) => name === 'worker');
  if (worker !== undefined) process.kill(worker.pid, 'SIGKILL');
}
