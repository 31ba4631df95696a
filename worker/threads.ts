/** The threads that run workflows: made light, and watched for code that does not end. */
import workerThreads, { setEnvironmentData, Worker, type WorkerOptions } from 'node:worker_threads';

/** Calls into workflows that began and that ended, shared by all threads. */
export type Calls = Int32Array<SharedArrayBuffer>;

/** The name under which threads find it. */
export const CALLS = 'factory:workflow-calls';

const PRELOAD = new URL('./light-threads.ts', import.meta.url).href;

/**
 * Call once, before the SDK starts a thread. `onEndless` is called once when no call into a workflow has ended for
 * `limitMs` while one is under way: that thread answers nothing any more, and only the end of the process helps.
 */
export function lightenThreads(limitMs: number, onEndless: () => void): void {
  const calls: Calls = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  setEnvironmentData(CALLS, calls);
  // The SDK has no setting for it, and asks the module for the class whenever it starts a thread.
  workerThreads.Worker = class extends Worker {
    constructor(file: string | URL, options: WorkerOptions = {}) {
      super(file, { ...options, execArgv: ['--import', PRELOAD, ...(options.execArgv ?? [])] });
    }
  };

  let ended = 0;
  let stuckFor = 0;
  const everyMs = limitMs / LOOKS;
  const timer = setInterval(() => {
    const now = Atomics.load(calls, 1);
    stuckFor = Atomics.load(calls, 0) === now || ended !== now ? 0 : stuckFor + 1;
    ended = now;
    if (stuckFor < LOOKS) return;
    clearInterval(timer);
    onEndless();
  }, everyMs).unref();
}

/** Looks of the main thread, which may itself be late: each counts only what it saw. */
const LOOKS = 10;
