/**
 * Loaded into every process of a test run and its threads: without two diagnostics of the SDK a process that runs workflows
 * needs a third less CPU. worker/light-threads.ts does the same for threads; tests run workflows in the main thread too.
 */
import v8 from 'node:v8';
import { Script } from 'node:vm';

// A stack for every promise of a workflow, for the query `__stack_trace`.
v8.promiseHooks.createHook = () => () => undefined;

// A watching thread for every call into a workflow. One that never ends is found by the test's own time-out.
const { runInContext } = Script.prototype;
Script.prototype.runInContext = function (context, { timeout: _, ...options } = {}) {
  return runInContext.call(this, context, options);
};
