/** Runs jobs on several lanes side by side: most of a kill's cost is waiting. */
import type { Job, Result } from './job.ts';
import type { KeptResults } from './kept-results.ts';
import { type Lane, openLane } from './lane.ts';
import { suiteScenario } from './scripts.ts';

export interface PoolOptions {
  readonly bundle: string;
  readonly lanes: number;
  readonly signal: AbortSignal;
  readonly onResult: (result: Result, progress: { done: number; of: number; secondsLeft: number }) => void;
  /** Jobs whose results it has do not run. */
  readonly kept?: KeptResults | undefined;
}

/** Returns the results in the order of the jobs' ends. A lane on which something went wrong is replaced. */
export async function runJobs(all: readonly Job[], options: PoolOptions): Promise<Result[]> {
  const { known, left: jobs } = options.kept?.split(all) ?? { known: [], left: [...all] };
  const queue = [...jobs];
  const results: Result[] = [];
  const began = performance.now();
  let number = 0;

  async function work(): Promise<void> {
    let lane: Lane | undefined;
    try {
      for (let job = queue.shift(); job !== undefined && !options.signal.aborted; job = queue.shift()) {
        lane ??= await openLane({ bundle: options.bundle, scenario: suiteScenario, smallDisk: true });
        number += 1;
        const result = await runJob(job, lane, String(number));
        if (options.signal.aborted) break;
        results.push(result);
        options.kept?.keep(result);
        const [done, of] = [results.length, jobs.length];
        const secondsLeft = ((performance.now() - began) / 1_000 / done) * (of - done);
        options.onResult(result, { done, of, secondsLeft });
        if (result.outcome.violations.length === 0) continue;
        await lane.end();
        lane = undefined;
      }
    } catch (error) {
      // The others end what they have begun, and leave nothing running.
      queue.length = 0;
      throw error;
    } finally {
      await lane?.end();
    }
  }

  const lanes = await Promise.allSettled(Array.from({ length: Math.min(options.lanes, jobs.length) }, work));
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
  return [...known, ...results];
}

async function runJob(job: Job, lane: Lane, run: string): Promise<Result> {
  const began = performance.now();
  const outcome = await job.run(lane, run).catch((error: unknown) => ({
    violations: [`the run could not be made: ${error instanceof Error ? error.stack : error}`],
    deaths: [],
    runs: new Map(),
  }));
  return { job, outcome, seconds: (performance.now() - began) / 1_000 };
}
