/** An epic of three tasks through the whole factory, against a shell script that does the same git and tmux work. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from '@temporalio/client';
import type { EpicInput } from '../workflows/contract/epic.ts';
import { epicStartOptions } from '../workflows/contract/start.ts';
import { createSource, withFactory } from './factory.ts';
import { type Figure, median } from './figure.ts';

const run = promisify(execFile);

const VERIFY = 'test -s README.md';
const ROUNDS = 3;
const TASKS = ['one', 'two', 'three'];

export async function measureEpic(signal: AbortSignal): Promise<Figure[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'factory-bench-')));
  try {
    const source = await createSource(folder, VERIFY);
    const factory = await withFactory({ folder, source, signal }, measureFactory);
    const script: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      signal.throwIfAborted();
      script.push(await measureScript(join(folder, `script-${round}`), source));
    }
    return [
      { name: 'epic of 3 tasks through the factory', value: median(factory), unit: 's' },
      { name: 'the same git and tmux work by a shell script', value: median(script), unit: 's' },
      { name: 'factory against script', value: median(factory) / median(script), unit: '×', goal: 4 },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measureFactory(client: Client): Promise<number[]> {
  const seconds: number[] = [];
  // The first epic pays for the repository's mirror, connections and caches, which a running factory has.
  for (let round = 0; round <= ROUNDS; round++) {
    const input: Partial<EpicInput> = {
      title: `Bench round ${round}`,
      tasks: TASKS.map((key) => ({ key, title: key, description: '', acceptance: [], dependsOn: [] })),
    };
    const began = performance.now();
    await client.workflow.execute('epicWorkflow', { ...epicStartOptions(`bench-${round}`, 'Bench'), args: [input] });
    if (round > 0) seconds.push((performance.now() - began) / 1_000);
  }
  return seconds;
}

async function measureScript(folder: string, source: string): Promise<number> {
  await mkdir(folder);
  const began = performance.now();
  await run('sh', [join(import.meta.dirname, 'baseline.sh'), folder, source, VERIFY]);
  return (performance.now() - began) / 1_000;
}
