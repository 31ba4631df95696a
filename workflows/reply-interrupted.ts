/** How a task or agent tells its epic what an interrupt met. */
import { getExternalWorkflowHandle, log } from '@temporalio/workflow';
import { epicWorkflowId } from './contract/ids.ts';
import { type Interrupted, interruptedSignal } from './contract/interrupt.ts';

/** An epic that has closed waits for no reply. */
export function replyInterrupted(epicId: string, reply: Interrupted): void {
  getExternalWorkflowHandle(epicWorkflowId(epicId))
    .signal(interruptedSignal, reply)
    .catch((error: unknown) => log.info('The reply to an interrupt met a closed epic', { error }));
}
