/** The way to the line of a branch, and the settling of places whose owners were closed behind everybody's back. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { lineWorkflowId } from '../db/line-id.ts';
import {
  type AskTurn,
  askTurnSignal,
  type LeaveTurn,
  type LineStatus,
  type LineTarget,
  leaveTurnSignal,
  lineStatusQuery,
} from '../workflows/contract/line.ts';
import { summaryOf, WORKFLOW_TASK_TIMEOUT } from '../workflows/contract/start-options.ts';
import { FACTORY_QUEUE } from '../workflows/contract/task-queues.ts';
import { closingOf } from './closed-workflow.ts';

export function createLineActivities({ temporal }: { temporal: Client }) {
  return {
    /**
     * Asks the line of a branch for the turn to merge, and starts the line if there is none.
     * Idempotent: the line knows an asking by its ticket.
     * Fails: when Temporal does not answer; retried.
     * Runs on: factory.
     */
    async askTurn({ repository, branch, ...asked }: LineTarget & AskTurn): Promise<void> {
      await temporal.workflow.signalWithStart('lineWorkflow', {
        workflowId: lineWorkflowId({ repository, branch }),
        taskQueue: FACTORY_QUEUE,
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
        staticSummary: summaryOf(`Merges into ${branch} of ${repository}, one after the other`),
        args: [{ repository, branch }],
        signal: askTurnSignal.name,
        signalArgs: [asked],
      });
    },

    /**
     * Gives a turn or a place in the line back.
     * Idempotent: by ticket; one that the line does not know changes nothing, and neither does a line that is gone.
     * Fails: when Temporal does not answer; retried.
     * Runs on: factory.
     */
    leaveTurn: ({ repository, branch, ...left }: LineTarget & LeaveTurn): Promise<void> =>
      tellLine(temporal, lineWorkflowId({ repository, branch }), left),
  };
}

async function tellLine(temporal: Client, workflowId: string, left: LeaveTurn): Promise<void> {
  try {
    await temporal.workflow.getHandle(workflowId).signal(leaveTurnSignal, left);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/**
 * Takes members that closed without leaving out of all lines, and a holder that was reset: its new run may not know of the
 * turn. Returns how many. A member that waits or settles a conflict keeps its place whichever of its runs is there, and
 * while it is parked. A line that does not answer does not keep the others from being settled; the first failure is thrown
 * at the end.
 */
export async function settleLines(temporal: Client, signal: AbortSignal): Promise<number> {
  let settled = 0;
  const query = "WorkflowType = 'lineWorkflow' AND ExecutionStatus = 'Running'";
  let failed: unknown;
  for await (const { workflowId } of temporal.workflow.list({ query })) {
    try {
      const { members, holder } = await statusOf(temporal, workflowId);
      for (const { member, run, ticket } of members) {
        signal.throwIfAborted();
        const goesOn =
          member === holder?.member
            ? await isRunning(temporal, member, run)
            : (await closingOf(temporal, member)) === undefined;
        if (goesOn) continue;
        await tellLine(temporal, workflowId, { member, run, ticket });
        settled += 1;
      }
    } catch (error) {
      signal.throwIfAborted();
      failed ??= error;
    }
  }
  if (failed !== undefined) throw failed;
  return settled;
}

async function statusOf(temporal: Client, line: string): Promise<LineStatus> {
  try {
    return await temporal.workflow.getHandle(line).query<LineStatus, []>(lineStatusQuery.name);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { members: [] };
    throw error;
  }
}

/** Whether the run that asked is the one that runs; a later one, after a reset, asks for itself. */
async function isRunning(temporal: Client, workflowId: string, run: string): Promise<boolean> {
  try {
    const { runId, status } = await temporal.workflow.getHandle(workflowId).describe();
    return runId === run && status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
