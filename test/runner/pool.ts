/** Which test files run side by side: as many as the machine carries, whatever groups they are from. */
import type { TestFile } from './groups.ts';

/** Sums of thirds and quarters. */
const ROUNDING = 1e-6;

/**
 * Calls `work` for the files in their order, each as soon as the shares of those that run leave room for its own. One that
 * needs more than is free waits, and nobody overtakes it, so that a large one is not left to the end. The first error ends
 * it once what runs has ended.
 */
export async function runPool(
  files: readonly TestFile[],
  capacity: number,
  work: (file: TestFile) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let free = capacity;
  for (const file of files) {
    const share = Math.min(capacity, 1 / file.group.concurrency);
    while (free + ROUNDING < share) await Promise.race(running);
    free -= share;
    const one = work(file).finally(() => {
      free += share;
      running.delete(one);
    });
    running.add(one);
  }
  await Promise.all(running);
}
