/** The end of a child, whatever became of its parent meanwhile. */
import {
  CancellationScope,
  type ChildWorkflowHandle,
  getExternalWorkflowHandle,
  log,
  type Workflow,
  type WorkflowResultType,
} from '@temporalio/workflow';

/**
 * The child's result. A parent that was reset may not cancel a child that its former run started: Temporal refuses that
 * without a failure, and the parent would wait for ever. So the child's execution is asked to end besides, which any
 * execution may do and which changes nothing for a child that is ending.
 */
export async function resultOf<T extends Workflow>(child: ChildWorkflowHandle<T>): Promise<WorkflowResultType<T>> {
  let isOpen = true;
  CancellationScope.current().cancelRequested.catch(() => {
    if (isOpen) askToEnd(child.workflowId);
  });
  try {
    return await child.result();
  } finally {
    isOpen = false;
  }
}

function askToEnd(workflowId: string): void {
  CancellationScope.nonCancellable(() => getExternalWorkflowHandle(workflowId).cancel()).catch((error: unknown) => {
    log.info('The cancellation met a closed workflow', { workflowId, error });
  });
}
