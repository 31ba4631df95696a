/** The workflows as one script, made once a process and shared by its workers. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

export function bundleWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  const quiet = () => {};
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
    logger: { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: console.error, log: quiet },
  });
}

if (import.meta.main) {
  const { code } = await bundleWorkflows();
  console.log(`The workflows bundle to ${Math.round(code.length / 1024)} kB.`);
}
