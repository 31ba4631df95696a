/** What somebody did to a task's pull request by hand: it is the truth that the task goes on from. */
import { ApplicationFailure, getExternalWorkflowHandle, isCancellation, log, patched } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import { taskHeardSignal } from '../contract/epic.ts';
import { epicWorkflowId } from '../contract/ids.ts';
import type { TaskResult } from '../contract/task.ts';
import type { BranchComparison } from '../contract/worktree.ts';
import type { News } from '../pull-request/news.ts';
import { isOvertaken } from '../pull-request/open.ts';
import {
  forgetHeadMoved,
  hear,
  moveHead,
  noteHead,
  noteHeadMoved,
  requirePullRequest,
  setPullRequest,
} from '../pull-request/state.ts';
import { type Asking, askUnless, isAsked, settled, withdraw } from './ask.ts';
import { type Task, where } from './context.ts';
import { handInAgain } from './hand-in-state.ts';
import { askAboutMerge, mergedByHand } from './merged-by-hand.ts';
import { ensurePlacement, waitAway } from './placement.ts';
import { leaveConflict } from './placement-state.ts';
import { pullRequestBody } from './pull-request-body.ts';
import { secretFound } from './secrets.ts';
import { sendBackSaid } from './send-back.ts';
import { isTold, lastHandedIn, leaveHandIn, markSubmission } from './state.ts';
import { push } from './submit.ts';

/**
 * Returns the news that cancels the task's present work. Only a merge cancels a Worker's round; everything else waits for
 * its end.
 */
export function newsThatCounts(task: Task): News | undefined {
  if (task.isMerging) return undefined;
  const news = task.watch.news();
  if (news?.kind === 'merged') return news;
  // One opening at a time: what people say waits for the Worker to have read the one before.
  if (isInRound(task) || (news?.kind === 'said' && !isTold(task.data))) return undefined;
  return news;
}

/** A round that the former run was in counts too. */
function isInRound({ isImplementing, data }: Task): boolean {
  const { handIn, parkedAgent, uncommitted, unverified } = data;
  return isImplementing || (handIn === undefined && (parkedAgent ?? uncommitted ?? unverified) !== undefined);
}

/** Deals with all that is new; returns the task's result when its pull request was merged. */
export async function takeNews(task: Task): Promise<TaskResult | undefined> {
  // A question of the former run comes first: wait on for the same answer.
  const about = task.data.asked?.about;
  if (about?.kind === 'elsewhere') return askAboutMerge(task, about.fault);
  if (isAsked(task, 'closed')) await askToReopen(task);
  if (isAsked(task, 'rewritten')) await goOnFromRewritten(task);
  for (let news = next(task); news !== undefined; news = next(task)) {
    switch (news.kind) {
      case 'merged':
        return mergedByHand(task, news.mergedSha);
      case 'closed':
        await askToReopen(task);
        break;
      case 'pushed':
        await takePush(task);
        break;
      case 'said':
        await takeUp(task, news.said);
    }
  }
  return undefined;
}

/** A person's wish to go back comes first. */
const next = (task: Task): News | undefined => (task.data.rewind === undefined ? newsThatCounts(task) : undefined);

/**
 * Somebody was at the branch, or at the pull request, since it was last looked at. False when there is nothing to be
 * seen of it, so that the failure stands.
 */
export async function noteMoved(task: Task, message: string): Promise<boolean> {
  const { data } = task;
  if (data.pullRequest === undefined) {
    handInAgain(data);
    return true;
  }
  if (data.pullRequest.state !== 'open') return false;
  await task.watch.lookAgain();
  if (newsThatCounts(task) === undefined) noteHeadMoved(data.memory, message);
  return true;
}

/** What was interrupted goes on from its commit, unless a person takes it back to an earlier turn. */
export async function leaveWork(task: Task): Promise<void> {
  if (task.data.rewind !== undefined) return;
  await withdraw(task);
  markSubmission(task.data, 'superseded');
  leaveHandIn(task.data);
  handInAgain(task.data);
}

/** Opened again by an answer or on the forge itself, it goes on with what the branch has. */
async function askToReopen(task: Task): Promise<void> {
  const { data } = task;
  const { number, title } = requirePullRequest(data);
  if (!isAsked(task, 'closed')) {
    await waitAway(task, { phase: 'its pull request was closed', reason: 'reopen the pull request, or cancel?' });
  }
  const question = () => ({
    kind: 'question' as const,
    question: `Pull request #${number} “${title}” was closed by hand. Choose: reopen (reopens it and goes on) or cancel (ends the whole epic). To drop only this task, run factory cancel with the task.`,
    options: ['reopen', 'cancel'],
  });
  const answer = await askUnless(task, { kind: 'closed' }, question, { isOvertaken: task.watch.isReopened });
  if (answer === undefined || data.rewind !== undefined) return;
  await reopen(task);
  settled(task);
}

/** A branch that was deleted with it is pushed again first. */
async function reopen(task: Task): Promise<void> {
  const { data, input } = task;
  await ensurePlacement(task);
  const { epicId, taskKey, repository, branch } = where(task);
  const { number, headSha } = requirePullRequest(data);
  if ((await compareBranch(task)).kind === 'gone') {
    const [secret] = await push(task, headSha);
    // Histories from before went on without a branch.
    if (secret !== undefined && patched('reopen-secret'))
      throw secretFound(secret, 'keeps its branch from coming back');
  }
  const opened = await factory.openPullRequest(`open pull request #${number} again`, {
    ...{ epicId, taskKey, repository, head: branch, base: input.targetBranch, title: input.task.title },
    body: pullRequestBody(input, lastHandedIn(data)),
    ...{ known: number, reopens: true },
  });
  if (isOvertaken(data, opened)) {
    // Merged or closed again meanwhile: the caller sees next to it.
    await task.watch.lookAgain();
    return;
  }
  setPullRequest(data, { ...opened, headSha });
  task.watch.forget();
}

const compareBranch = (task: Task): Promise<BranchComparison> =>
  task.onHost((host) =>
    host.compareBranch(`where is ${task.data.branch}?`, {
      ...where(task),
      knownSha: requirePullRequest(task.data).headSha,
    }),
  );

/** What was pushed on top is taken in; a branch that was rewritten is a person's matter. Nothing is ever forced. */
async function takePush(task: Task): Promise<void> {
  const { data } = task;
  await ensurePlacement(task);
  const found = await compareBranch(task);
  const { headMoved } = data.memory;
  forgetHeadMoved(data.memory);
  if (found.kind === 'same') {
    // Nothing that can be seen has moved, so another try would end as this one did.
    if (headMoved !== undefined) throw ApplicationFailure.nonRetryable(headMoved, 'TaskFailed');
    task.watch.forget();
    return;
  }
  if (found.kind === 'ahead') goOnFrom(task, found);
  else await goOnFromRewritten(task, found);
}

/** The caller sees next to what overtook the question; the branch is new again after it. */
async function goOnFromRewritten(task: Task, found?: BranchComparison): Promise<void> {
  const taken = await askAboutRewritten(task, found);
  if (taken === undefined) return;
  goOnFrom(task, taken);
  settled(task);
}

function goOnFrom(task: Task, { headSha }: { readonly headSha?: string }): void {
  const { data, input } = task;
  if (headSha !== undefined) {
    noteHead(data.memory, headSha);
    moveHead(data, headSha);
  }
  markSubmission(data, 'superseded');
  leaveHandIn(data);
  handInAgain(data);
  task.watch.forget();
  task.logLine({
    actor: 'factory',
    kind: 'decision',
    decision: `${input.task.key} goes on from what was pushed`,
    reason: headSha ?? 'its branch was deleted',
  });
}

/**
 * Where the branch is once a person has said how it goes on, with no commit where it is gone and is pushed again;
 * undefined when a rewind or a merge by hand has overtaken the question. Without `found` it is asked already.
 */
async function askAboutRewritten(
  task: Task,
  found?: BranchComparison,
): Promise<{ readonly headSha?: string } | undefined> {
  const { data } = task;
  if (!isAsked(task, 'rewritten')) {
    await waitAway(task, {
      phase: 'its branch was rewritten',
      reason: 'merge the work with the branch as it is now, or take the branch alone?',
    });
  }
  const isOvertaken = () => task.watch.seen()?.state === 'merged';
  const answer = await askUnless(task, { kind: 'rewritten' }, () => questionAbout(task, found), { isOvertaken });
  if (answer === undefined) return undefined;
  await ensurePlacement(task);
  if (answer.decision === 'take') {
    // A merge that lay in the worktree goes with what was there.
    leaveConflict(data);
    return task.onHost((host) => host.takeBranch(`take over ${data.branch}`, where(task)));
  }
  const now = await compareBranch(task);
  return now.kind === 'gone' ? {} : { headSha: now.headSha };
}

function questionAbout({ data }: Task, found: BranchComparison | undefined): Asking {
  const known = requirePullRequest(data).headSha.slice(0, 12);
  const isGone = found === undefined || found.kind === 'gone';
  const what = isGone
    ? `Branch ${data.branch} was deleted on the forge.`
    : `Branch ${data.branch} was rewritten on the forge: it is at ${found.headSha.slice(0, 12)} and does not hold ${known}, which the factory pushed.`;
  const take = isGone ? [] : ['take'];
  const meaning = 'Choose: merge (keeps the factory’s commits and merges them with what is there now)';
  return {
    kind: 'question',
    question: `${what} ${meaning}${take.length > 0 ? ', take (goes on from what is there now, without the factory’s commits)' : ''} or cancel (ends the epic).`,
    options: ['merge', ...take, 'cancel'],
  };
}

/** The Worker's next round opens with what people said; the epic remembers it for the task's next life. */
async function takeUp(task: Task, said: Extract<News, { kind: 'said' }>['said']): Promise<void> {
  const { data, input } = task;
  const { key: taskKey } = input.task;
  hear(data.memory, said);
  markSubmission(data, 'changes-requested');
  sendBackSaid(task, said);
  leaveHandIn(data);
  const ids = said.map(({ id }) => id);
  try {
    await getExternalWorkflowHandle(epicWorkflowId(input.epicId)).signal(taskHeardSignal, { taskKey, ids });
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.info('What people said met a closed epic', { taskKey, error });
  }
}
