/**
 * Loaded into each thread of a worker process before the SDK's own code (threads.ts): without two diagnostics of the SDK a
 * worker process needs two fifths less CPU. Workflow code runs as it does with them.
 */
import { Script } from 'node:vm';
import { getEnvironmentData } from 'node:worker_threads';
import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared.js';
import { CALLS, type Calls } from './threads.ts';

// A stack for every promise of a workflow: asked for it (`__stack_trace`), the SDK then says that they are not enabled.
Object.assign(globalHandlers, { setPromiseHook() {} });

// A thread for every call into a workflow, to end it after five seconds. The main thread watches instead.
const calls = getEnvironmentData(CALLS) as Calls | undefined;
const { runInContext } = Script.prototype;
Script.prototype.runInContext = function (context, { timeout: _, ...options } = {}) {
  if (calls === undefined) return runInContext.call(this, context, options);
  Atomics.add(calls, 0, 1);
  try {
    return runInContext.call(this, context, options);
  } finally {
    Atomics.add(calls, 1, 1);
  }
};
