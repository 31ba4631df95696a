/** An epic of one task: its pull request is the one that a person approves. */
import { getExternalWorkflowHandle } from '@temporalio/workflow';
import { approveAndMerge, type Obstacle, type ReadyPullRequest } from '../approve-and-merge.ts';
import { approveSignal } from '../contract/epic.ts';
import { epicWorkflowId } from '../contract/ids.ts';
import { answeredAnywhere } from '../pull-request/approval.ts';
import type { ChecksObstacle } from '../pull-request/checks.ts';
import { newRequestId } from './ask.ts';
import type { Task } from './context.ts';
import { ensurePlace, waitAway } from './placement.ts';
import { mergeSteps, type Touched } from './prepare-merge.ts';
import { listed } from './protect.ts';
import { type Change, setOpening, unallowed } from './state.ts';

/** What is found about its tests is a part of the question, and asks it where merges need no approval too. */
export function mergeApproved(task: Task, change: Change) {
  const weakened = unallowed(task.data, change.weakened);
  const found = weakened === undefined ? '' : ` It weakens tests: ${listed(weakened)}.`;
  return approveAndMerge<Obstacle | Touched | ChecksObstacle>({
    approvalNeeded: task.input.settings.approvals.includes('merge') || weakened !== undefined,
    ...mergeSteps(task, change),
    ask: async (ready) => {
      const answer = await askApproval(task, ready, found);
      if (answer.decision !== 'approve') return answer;
      if (weakened !== undefined) task.data.allowed.push(weakened.hash);
      await ensurePlace(task);
      return answer;
    },
  });
}

/** An approval on the forge is passed on to the epic, whose request it answers as one here would. */
async function askApproval(task: Task, { headSha }: ReadyPullRequest, found: string) {
  const { data, input } = task;
  await waitAway(task, 'waits for a person’s approval', 'merge approval');
  const { number = 0, title = '' } = data.pullRequest ?? {};
  const requestId = newRequestId('merge', task);
  const question = `Merge pull request #${number} “${title}” into ${input.targetBranch}?${found}`;
  let isOpen = false;
  const answered = task.requests.ask(
    {
      ...{ requestId, kind: 'merge', options: ['approve', 'reject'], taskKey: input.task.key },
      ...{ pullRequest: number, headSha, question },
    },
    () => {
      isOpen = true;
    },
  );
  const epic = getExternalWorkflowHandle(epicWorkflowId(input.epicId));
  const approve = (verdict: object) => epic.signal(approveSignal, { ...verdict, requestId });
  return answeredAnywhere(task.watch, { headSha, answered, isOpen: () => isOpen, approve });
}

/** A rejected merge leaves the pull request open: one more round of the same Worker, or the epic's cancellation. */
export async function askWhatToChange(task: Task, comment: string | undefined): Promise<void> {
  delete task.data.lineSince;
  task.tell('REVIEW', 'its merge was rejected', { kind: 'person', reason: 'what is to change?' });
  const answer = await task.requests.ask({
    requestId: newRequestId('rejected', task),
    kind: 'question',
    question: `The merge was rejected${comment === undefined ? '' : ` (“${comment}”)`}. What is to change?`,
    options: ['change', 'cancel'],
    taskKey: task.input.task.key,
  });
  const wanted = answer.answer ?? answer.comment ?? comment ?? 'The merge was rejected without a comment.';
  setOpening(task.data, { kind: 'feedback', by: answer.by, comment: wanted });
}
