/** The workflow of every unknown type, which fails at once: without it the workflow task would fail again and again. */
import { workflowInfo } from '@temporalio/workflow';
import { refuse } from './handlers.ts';

/** The exports of index.ts by name. */
export const WORKFLOW_TYPES = [
  ...['agentWorkflow', 'epicWorkflow', 'intakeWorkflow', 'lineWorkflow', 'pollForgeWorkflow', 'pollTrackerWorkflow'],
  ...['reconcileWorkflow', 'supervisorWorkflow', 'taskWorkflow', 'tellIssueWorkflow'],
];

/** Fails InvalidInput at once, with the types that there are. */
export async function unknownWorkflow(): Promise<never> {
  const { workflowType } = workflowInfo();
  return refuse(
    'InvalidInput',
    `There is no workflow type "${workflowType}" here; there are: ${WORKFLOW_TYPES.join(', ')}`,
  );
}
