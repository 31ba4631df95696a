/** Loaded into every process of a test run: its threads are as light as a worker process's, whoever starts them. */
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) await import('../../worker/light-threads.ts');
