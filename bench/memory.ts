/** The worker process after many epics, one after the other: what it keeps of each shows as growth. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Comparison, measureEach } from './against.ts';
import { type BenchStack, epicOf } from './drive.ts';
import { type Figure, median } from './figure.ts';
import { withStack } from './stack.ts';

const MOST_MB = 400;
/** From half of the epics to all of them: what a collection of garbage more or less makes. */
const FLAT = 1.1;
const SAMPLES = 5;

export const measureMemory = (comparison: Comparison, { epics }: { readonly epics: number }): Promise<Figure[]> =>
  measureEach(comparison, (options) =>
    withStack(options, async (stack) => {
      const [tenth, half] = [Math.ceil(epics / 10), Math.ceil(epics / 2)];
      const figures: Figure[] = [
        { name: 'worker process before any epic, resident', value: await worker(stack), unit: 'MB' },
      ];
      const after = new Map<number, number>();
      for (let number = 1; number <= epics; number++) {
        await stack.execute(`memory-${number}`, epicOf(`Bench memory ${number}`, 'one', 'two', 'three'));
        if ([tenth, half, epics].includes(number)) after.set(number, await worker(stack));
      }
      for (const [number, value] of after) {
        figures.push({ name: `after ${number} epics of 3 tasks`, value, unit: 'MB', goal: MOST_MB });
      }
      const growth = (after.get(epics) ?? 0) / (after.get(half) ?? 0);
      return [...figures, { name: `after ${epics} against after ${half}`, value: growth, unit: '×', goal: FLAT }];
    }),
  );

/** Resident, in MB. It comes and goes with what is thrown away, so it is looked at several times. */
async function worker(stack: BenchStack): Promise<number> {
  const samples: number[] = [];
  for (let number = 0; number < SAMPLES; number++) {
    await pause(1_000);
    samples.push(stack.use().worker.residentMb);
  }
  return median(samples);
}
