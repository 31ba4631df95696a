/** Counts how the steps of a host end, around each of its activities. */
import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { FailingSteps } from './failing-steps.ts';

/** Calls `onChange` when the host begins or ends to refuse work. */
export function watchSteps(steps: FailingSteps, onChange: () => void): ActivityInterceptorsFactory {
  return ({ info }: Context) => ({
    inbound: {
      async execute(input, next) {
        const step = info.activityType;
        try {
          const result = await next(input);
          if (steps.succeeded(step)) onChange();
          return result;
        } catch (error) {
          if (error instanceof ApplicationFailure && error.type && steps.failed(failedStep(info, error))) onChange();
          throw error;
        }
      },
    },
  });
}

/** The set-up is the repository's: tasks of one epic that fail at it are one witness. */
function failedStep({ activityType, workflowExecution }: Context['info'], { type, message }: ApplicationFailure) {
  const workflowId = workflowExecution?.workflowId ?? 'nobody';
  const by = type === 'SetupFailed' ? (workflowId.split('/')[0] ?? workflowId) : workflowId;
  return { step: activityType, type: type ?? '', message, by };
}
