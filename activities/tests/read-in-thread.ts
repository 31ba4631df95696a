/** Reads test files in a thread of their own, with a limit of time and memory. */
import { Worker } from 'node:worker_threads';
import type { TestFile } from './read-tests.ts';
import type { ReadRequest } from './thread.ts';

/** Null for a file that cannot be read in time. */
export type ReadTestFile = (path: string, text: string) => Promise<TestFile | null>;

interface Answer {
  readonly id: number;
  readonly file?: TestFile;
  readonly failure?: string;
}

const MOST_MS = 20_000;
const IDLE_MS = 30_000;
const THREAD = new URL('./thread.ts', import.meta.url);
const LIMITS = { maxOldGenerationSizeMb: 512 };

/**
 * Starts the thread with the first file and ends it when it was idle for a while. Files are read one after the other; one
 * that takes too long, or takes the thread down, is null, and the next one gets a new thread.
 */
export function createTestReader({ mostMs = MOST_MS, idleMs = IDLE_MS, thread = THREAD } = {}): ReadTestFile {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let count = 0;
  const end = () => {
    void worker?.terminate();
    worker = undefined;
  };
  const start = (): Worker => {
    const started = new Worker(thread, { resourceLimits: LIMITS });
    // For good: an error after its time is up, while it is being ended, would otherwise be one of the whole process.
    started.on('error', () => undefined);
    started.on('exit', () => {
      if (worker === started) worker = undefined;
    });
    return started;
  };
  const readOne = async (path: string, text: string): Promise<TestFile | null> => {
    clearTimeout(idle);
    worker ??= start();
    const file = await ask(worker, { id: ++count, path, text }, mostMs);
    if (file === null) end();
    worker?.unref();
    idle = setTimeout(end, idleMs).unref();
    return file;
  };
  return (path, text) => {
    const read = last.then(() => readOne(path, text));
    last = read;
    return read;
  };
}

/** Null when the file cannot be read, after which the thread is not used again: a parser that failed may be broken. */
function ask(worker: Worker, request: ReadRequest, mostMs: number): Promise<TestFile | null> {
  const { promise, resolve } = Promise.withResolvers<TestFile | null>();
  const timer = setTimeout(() => resolve(null), mostMs);
  const onMessage = (answer: Answer) => {
    if (answer.id === request.id) resolve(answer.file ?? null);
  };
  const onEnd = () => resolve(null);
  worker.ref();
  worker.on('message', onMessage).once('error', onEnd).once('exit', onEnd);
  worker.postMessage(request);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
  });
}
