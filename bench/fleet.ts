/** Many epics of three tasks at once, of which the factory runs five at a time. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Comparison, measureEach } from './against.ts';
import { AFTERMATH_MS, epicOf } from './drive.ts';
import { addCounts, countExecution } from './event-counts.ts';
import { type Figure, ratio } from './figure.ts';
import { withStack } from './stack.ts';
import { cpuBetween, sumOf } from './use.ts';
import { cpuFigures } from './use-figures.ts';

const AT_ONCE = 5;

export async function measureFleet(comparison: Comparison, { epics }: { readonly epics: number }): Promise<Figure[]> {
  const all = `${epics} epics of 3 tasks, ${AT_ONCE} at once`;
  const figures = await measureEach(comparison, (options) =>
    withStack({ ...options, variables: { MAX_EPICS: String(AT_ONCE) } }, async (stack) => {
      const epic = (name: string) => stack.execute(name, epicOf(`Bench ${name}`, 'one', 'two', 'three'));
      // It pays for what a running factory has.
      await epic('first');
      const before = stack.use();
      const began = performance.now();
      const ended = await Promise.all(Array.from({ length: epics }, (_, number) => epic(`fleet-${number}`)));
      const seconds = (performance.now() - began) / 1_000;
      await pause(AFTERMATH_MS);
      const use = stack.use();
      const cpu = cpuBetween(before, use);
      const counts = addCounts(
        await Promise.all(ended.map(({ workflowId }) => countExecution(stack.client, workflowId))),
      );
      return [
        { name: all, value: seconds, unit: 's' },
        { name: 'epics a minute', value: (epics * 60) / seconds, unit: '' },
        { name: 'turns of agents a second', value: counts.turns / seconds, unit: '' },
        ...cpuFigures((user) => cpu[user] / epics, sumOf(cpu) / epics),
        { name: 'worker process after them, resident', value: use.worker.residentMb, unit: 'MB' },
      ];
    }),
  );
  return [...figures, ...ratio(figures, all, 0.5)];
}
