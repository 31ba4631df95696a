/** Reads the texts of a report in a thread of its own, with a limit of time and memory. */
import { Worker } from 'node:worker_threads';
import type { Collected, ReportTexts } from './read-texts.ts';

const MOST_MS = 120_000;
const LIMITS = { maxOldGenerationSizeMb: 1_024 };

/** A report that takes too long, or takes the thread down, is unreadable. */
export async function readInThread(texts: ReportTexts, { mostMs = MOST_MS } = {}): Promise<Collected> {
  const { promise, resolve } = Promise.withResolvers<Collected>();
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: texts, resourceLimits: LIMITS });
  const giveUp = (reason: string) => resolve({ kind: 'unreadable', reason });
  const timer = setTimeout(() => giveUp('it takes too long to read'), mostMs);
  worker
    .once('message', (collected: Collected) => resolve(collected))
    .once('error', (error) => giveUp(`reading it failed: ${String(error).slice(0, 200)}`))
    .once('exit', () => giveUp('reading it failed'));
  return await promise.finally(() => {
    clearTimeout(timer);
    void worker.terminate();
  });
}
