/** An epic whose one activity fails until the test is over, one whose activity takes its time, and a task that cannot go on by a defect of its own. */
import { proxyActivities } from '@temporalio/workflow';

const { merge } = proxyActivities<{ merge(): Promise<void> }>({
  startToCloseTimeout: '1 second',
  retry: { initialInterval: '10 milliseconds', backoffCoefficient: 1 },
});

export const epicWorkflow = (): Promise<void> => merge();

const { prepare } = proxyActivities<{ prepare(): Promise<void> }>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '5 seconds',
});

export const slowWorkflow = (): Promise<void> => prepare();

export async function taskWorkflow(): Promise<void> {
  throw new TypeError('undefined is not a task');
}

const { bash } = proxyActivities<{ bash(): Promise<void> }>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '5 seconds',
});

/** A task whose command runs until the test is over. */
export const commandWorkflow = (): Promise<void> => bash();
