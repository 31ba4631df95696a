/** Has the Orchestrator answer its mail beside the tasks: one agent an epic, whose transcript goes on. */
import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { factory } from '../activities.ts';
import type { Placement } from '../contract/placement.ts';
import type { EpicSettings } from '../contract/settings.ts';
import { failureMessage } from '../failure.ts';
import { CORRESPONDENCE_TURNS } from '../options.ts';
import type { Epic } from './context.ts';
import { withDetached } from './detached-worktree.ts';
import { beginCorrespondence, failCorrespondence, noteMail, parkCorrespondence } from './mail-state.ts';
import { runOwnAgent } from './own-agent.ts';

/** One round. Ends in any case: mail that could not be answered is said, and its senders wait no longer than they would. */
export async function correspond(epic: Epic, settings: EpicSettings): Promise<void> {
  const { data, epicId } = epic;
  const wish = beginCorrespondence(data, workflowInfo().firstExecutionRunId);
  try {
    if (!('correspond' in settings.agents))
      throw ApplicationFailure.nonRetryable('The epic began before there was mail', 'AgentGaveUp');
    // Also when the answer is known: from the look on new mail calls the epic again.
    const { isThere } = await factory.lookForOrchestratorMail('mail to the Orchestrator?', { epicId });
    if (!isThere && wish.parked === undefined) return;
    const branch = data.epicBranch ?? settings.baseBranch;
    await withDetached(epic, settings, { name: 'correspond', commit: branch, isUrgent: true }, (placement, worktree) =>
      answerMail(epic, settings, wish, { placement, worktree }),
    );
  } catch (error) {
    // An agent that somebody cancelled by hand is one that failed.
    if (isCancellation(error) && CancellationScope.current().consideredCancelled) return;
    if (!(error instanceof TemporalFailure)) throw error;
    failCorrespondence(data);
    epic.logFailure('mail to the Orchestrator is not answered', failureMessage(error));
  }
}

async function answerMail(
  epic: Epic,
  settings: EpicSettings,
  wish: ReturnType<typeof beginCorrespondence>,
  at: { readonly placement: Placement; readonly worktree: string },
): Promise<void> {
  const { data } = epic;
  const ended = await runOwnAgent(epic, {
    ...{ purpose: 'correspond', settings, brief: { kind: 'correspond' }, ...wish, ...at },
    mostTurns: CORRESPONDENCE_TURNS,
  });
  if ('parked' in ended) parkCorrespondence(data, ended.parked);
  else if (ended.outcome.kind !== 'silence')
    throw ApplicationFailure.nonRetryable('The agent handed in something', 'AgentGaveUp');
  // One turn may have been too little for all that was there.
  else noteMail(data);
}
