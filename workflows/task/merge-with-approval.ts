/** An epic of one task: its pull request is the one that a person approves. */
import { getExternalWorkflowHandle } from '@temporalio/workflow';
import { adoptedWords } from '../adopted-policy.ts';
import { approveAndMerge, type Obstacle, type ReadyPullRequest } from '../approve-and-merge.ts';
import type { Change, Findings } from '../contract/change.ts';
import { approveSignal } from '../contract/epic.ts';
import { epicWorkflowId } from '../contract/ids.ts';
import type { PersonAnswered } from '../contract/task.ts';
import { ignoredWords } from '../ignored-files.ts';
import { losePosition } from '../line/member-state.ts';
import type { ChecksObstacle } from '../pull-request/checks.ts';
import { answeredAnywhere, unverified } from '../pull-request/forge-approval.ts';
import { requirePullRequest } from '../pull-request/state.ts';
import { type Asking, ask, settled } from './ask.ts';
import type { About, AskedQuestion } from './asked-question.ts';
import type { Task } from './context.ts';
import { approveMerge, drop, rejectMerge } from './hand-in-state.ts';
import { ensurePlacement, waitAway } from './placement.ts';
import { mergeSteps, type Touched } from './prepare-merge.ts';
import { listed } from './protect.ts';
import { type HandIn, type Rejected, setOpening, unallowed } from './state.ts';

/** What is found about its tests is a part of the question, and asks it where merges need no approval too. */
export function mergeApproved(task: Task, { change, merging }: HandIn) {
  const weakened = unallowed(task.data, change.weakened);
  return approveAndMerge<Obstacle | Touched | ChecksObstacle>({
    approvalNeeded: task.input.settings.approvals.includes('merge') || weakened !== undefined,
    ...mergeSteps(task, change),
    memory: merging,
    ask: async (ready) => {
      const answer = await askApproval(task, ready, weakened, change);
      if (answer.decision === 'approve') await ensurePlacement(task);
      return answer;
    },
  });
}

async function askApproval(
  task: Task,
  { headSha, diffHash }: ReadyPullRequest,
  weakened: Findings | undefined,
  { left = [], unchecked = [] }: Pick<Change, 'left' | 'unchecked'>,
) {
  const { data, input } = task;
  await waitAway(task, { phase: 'waits for a person’s approval', reason: 'merge approval' });
  const { number, title } = requirePullRequest(data);
  const tests = weakened === undefined ? '' : ` It weakens tests: ${listed(weakened)}.`;
  const missing = unchecked.length === 0 ? '' : ` Its review could not check: ${unchecked.join('; ')}.`;
  const found = `${tests}${left.length === 0 ? '' : ` It adds files that no one asked for: ${left.join('; ')}.`}${missing}`;
  const ignored =
    data.ignoredFiles === undefined ? '' : ` ${ignoredWords(data.ignoredFiles, data.worktree ?? 'its worktree')}`;
  const question = `Merge pull request #${number} “${title}” into ${input.targetBranch}?${unverified(input.settings.policy, data.noTests)}${adoptedWords(input.settings)}${found}${ignored}`;
  const allows = weakened === undefined ? {} : { weakened: weakened.hash };
  return awaitApproval(task, { kind: 'merge', headSha, diffHash, ...allows }, () => ({
    ...{ kind: 'merge', options: ['approve', 'reject'], pullRequest: number, headSha, question },
  }));
}

/**
 * Waits for the approval of what was asked about, and notes it. One on the forge is passed on to the epic, whose request
 * it answers as one here would.
 */
export async function awaitApproval(
  task: Task,
  about: Extract<About, { kind: 'merge' }>,
  asking: () => Asking,
): Promise<PersonAnswered> {
  const { data, input } = task;
  const { headSha, diffHash, weakened } = about;
  let isOpen = false;
  const answered = ask(task, about, asking, () => {
    isOpen = true;
  });
  const { requestId } = (data.asked as AskedQuestion).question;
  const epic = getExternalWorkflowHandle(epicWorkflowId(input.epicId));
  const approve = (verdict: object) => epic.signal(approveSignal, { ...verdict, requestId });
  const answer = await answeredAnywhere(task.watch, {
    ...{ memory: data.memory, headSha, answered, approve },
    isOpen: () => isOpen,
  });
  settled(task);
  if (answer.decision !== 'approve') rejectMerge(data, answer);
  else approveMerge(data, { diffHash, weakened });
  return answer;
}

/**
 * A rejected merge leaves the pull request open: one more round of the same Worker with the person's comment, at once; or,
 * where they said nothing, with what they answer, or the epic's cancellation.
 */
export async function askWhatToChange(task: Task, { by, comment }: Rejected): Promise<void> {
  losePosition(task.data);
  if (by !== undefined && comment !== undefined && comment.trim() !== '') {
    setOpening(task.data, { kind: 'feedback', by, comment });
    drop(task.data);
    return;
  }
  task.tell('REVIEW', 'its merge was rejected', { kind: 'person', reason: 'what is to change?' });
  const about = { kind: 'rejected' as const, ...(comment === undefined ? {} : { comment }) };
  const answer = await ask(task, about, () => ({
    kind: 'question',
    question: `The merge was rejected${comment === undefined ? '' : ` (“${comment}”)`}. What should the Worker change? Choose: change (say what) or cancel (ends the epic).`,
    options: ['change', 'cancel'],
  }));
  settled(task);
  const wanted = answer.answer ?? answer.comment ?? comment ?? 'The merge was rejected without a comment.';
  setOpening(task.data, { kind: 'feedback', by: answer.by, comment: wanted });
  drop(task.data);
}
