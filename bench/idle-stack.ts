/** A stack that has nothing to do: the memory that it takes, and how soon a command answers. */
import { setTimeout as pause } from 'node:timers/promises';
import type { BenchStack } from './drive.ts';
import { type Figure, median } from './figure.ts';
import { idleMemoryFigures } from './use-figures.ts';

/** For what a start leaves to be done. */
const SETTLE_MS = 15_000;
const COMMANDS = 10;

export async function measureIdleStack(stack: BenchStack): Promise<Figure[]> {
  await pause(SETTLE_MS);
  const memory = idleMemoryFigures(stack.use());
  const times: number[] = [];
  for (let number = 0; number < COMMANDS; number++) {
    const began = performance.now();
    await stack.command('list');
    times.push(performance.now() - began);
  }
  return [...memory, { name: '`bin/factory.js list`', value: median(times), unit: 'ms', goal: 200 }];
}
