/** Has the Orchestrator answer its mail beside the tasks: one agent an epic, whose transcript goes on. */
import { ApplicationFailure, isCancellation, TemporalFailure, workflowInfo } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import type { Placement } from '../contract/placement.ts';
import type { EpicSettings } from '../contract/settings.ts';
import { failureMessage } from '../failure.ts';
import { CORRESPONDENCE_TURNS } from '../options.ts';
import { runAgent } from '../run-agent.ts';
import type { Epic } from './context.ts';
import { withDetached } from './detached.ts';
import { beginCorrespondence, failCorrespondence, nextNumber, parkCorrespondence } from './state.ts';

/** One round. Ends in any case: mail that could not be answered is said, and its senders wait no longer than they would. */
export async function correspond(epic: Epic, settings: EpicSettings): Promise<void> {
  const { data, epicId } = epic;
  const known = beginCorrespondence(data);
  try {
    if (known?.parked === undefined) {
      const { isThere } = await factory.lookForOrchestratorMail('mail to the Orchestrator?', { epicId });
      if (!isThere) return;
    }
    const branch = data.epicBranch ?? settings.baseBranch;
    await withDetached(epic, settings, { name: 'correspond', commit: branch, isUrgent: true }, (placement, worktree) =>
      answerMail(epic, settings, known, { placement, worktree }),
    );
  } catch (error) {
    if (isCancellation(error)) return;
    if (!(error instanceof TemporalFailure)) throw error;
    failCorrespondence(data);
    epic.decide('factory', 'failure', 'mail to the Orchestrator is not answered', failureMessage(error));
  }
}

async function answerMail(
  epic: Epic,
  settings: EpicSettings,
  known: ReturnType<typeof beginCorrespondence>,
  place: { readonly placement: Placement; readonly worktree: string },
): Promise<void> {
  const { data, epicId } = epic;
  const openedBy = known?.openedBy ?? `${workflowInfo().firstExecutionRunId}/correspond/${nextNumber(data)}`;
  const parked = known?.parked;
  let child: string | undefined;
  try {
    const ended = await runAgent(
      {
        ...{ epicId, purpose: 'correspond', openedBy, settings, brief: { kind: 'correspond' }, ...place },
        isPaused: () => data.paused,
        departures: epic.departures,
        mostTurns: CORRESPONDENCE_TURNS,
        ...(parked === undefined ? {} : { parked }),
      },
      (workflowId, paused) => {
        child = workflowId;
        epic.adopt(workflowId, paused);
      },
    );
    if (!('parked' in ended) && ended.outcome.kind !== 'silence')
      throw ApplicationFailure.nonRetryable('The agent handed in something', 'AgentGaveUp');
    parkCorrespondence(data, openedBy, 'parked' in ended ? ended.parked : undefined);
  } finally {
    if (child !== undefined) epic.children.delete(child);
  }
}
