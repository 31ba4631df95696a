/**
 * The worker process under test: `node test/faults/worker.ts <plans> <bundle>`. The same as worker/main.ts, with an
 * interceptor around its activities that kills it as the plan says.
 */
import type { Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { loadConfig } from '../../config/config.ts';
import { SERVABLE } from '../../worker/create-workers.ts';
import { runWorker } from '../../worker/run-worker.ts';
import { createExecutioner } from './executioner.ts';

const [plans = '', codePath = ''] = process.argv.slice(2);
const executioner = createExecutioner(plans);

function inbound({ info }: Context): ActivityInboundCallsInterceptor {
  const { activityType, activityId, workflowExecution } = info;
  const execution = `${workflowExecution?.workflowId ?? 'standalone'}/${workflowExecution?.runId ?? ''}/${activityId}`;
  return {
    async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>) {
      const counted = executioner.count(activityType, execution);
      await executioner.dieIfPlanned(counted, 'before');
      executioner.dieInTheMidst(counted);
      const result = await next(input);
      await executioner.dieIfPlanned(counted, 'after');
      return result;
    },
  };
}

await runWorker({
  config: loadConfig(),
  serve: SERVABLE,
  workflowBundle: Promise.resolve({ codePath }),
  interceptors: { activity: [(context) => ({ inbound: inbound(context) })] },
});
