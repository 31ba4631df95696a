/** implement ⇄ verify: a Worker agent's rounds until a committed change has green checks. */
import { ApplicationFailure, isCancellation, workflowInfo } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import { allowedIn } from '../allowed-secrets.ts';
import type { SubmitWork } from '../contract/agent.ts';
import type { Change } from '../contract/change.ts';
import type { NewTranscript } from '../contract/transcript.ts';
import type { TriageCause } from '../contract/triage.ts';
import type { RanCheck } from '../contract/verification.ts';
import { detailsOf, failureMessage, isAgentsOwn } from '../failure.ts';
import { speakers, textOf } from '../pull-request/news.ts';
import { isNobodysFault } from './base-red.ts';
import { type Task, where } from './context.ts';
import { dropHandInAgain, dropUnverified, dropWork, handInAgain, keepWork, setUnverified } from './hand-in-state.ts';
import { runRound } from './round.ts';
import { sendBack, sendBackFiltered, sendBackLfs, sendBackSaid, sendBackSubmodules } from './send-back.ts';
import { noteRefusal } from './setback-state.ts';
import { isOpenRound, isTold, noteTried, type WorkerRef } from './state.ts';
import { untilFixed } from './until-fixed.ts';
import { verifyHandIn } from './verify.ts';
import { workWords } from './work-words.ts';
import {
  beginCommit,
  countFailedAttempt,
  noteCommitted,
  openWorker,
  replaceWorker as replace,
  setAttempt,
  setWorker,
  updateWorker,
} from './worker-state.ts';

/** Every red round goes back to the same agent; fails TaskFailed when the rounds or attempts are used up. */
export async function implement(task: Task): Promise<Change> {
  task.isImplementing = true;
  try {
    for (;;) {
      await task.pausePoint();
      const change = task.data.unverified ?? (await nextChange(task));
      if (change === undefined) continue;
      setUnverified(task.data, change);
      const { policyHash: verifiedUnder } = task.input.settings;
      const { red, inspection } = await untilFixed(task, () => verifyHandIn(task, change));
      // Another factory.yaml was adopted meanwhile.
      if (task.input.settings.policyHash !== verifiedUnder) continue;
      if (red.length > 0 && (await isAskedAbout(task, change, red))) continue;
      const isSaid = () => red.length === 0 && task.commentsAtWork.isOpen();
      const unread = isSaid() ? await untilFixed(task, () => task.commentsAtWork.settle()) : [];
      // Something was said in that very moment.
      if (unread.length === 0 && isSaid()) continue;
      dropUnverified(task.data);
      if (unread.length > 0) sendBackSaid(task, unread);
      else if (red.length > 0)
        sendBack(task, { setback: 'verification', opening: { kind: 'verification', commitSha: change.headSha } });
      else return { ...change, verifiedUnder, ...(inspection === undefined ? {} : { inspection }) };
    }
  } finally {
    task.isImplementing = false;
  }
}

/** True when the checks are to run again; on another host the commit is made again from what was brought there. */
async function isAskedAbout(task: Task, change: Change, red: readonly RanCheck[]): Promise<boolean> {
  const { data } = task;
  const host = data.placement?.host;
  if (!(await isNobodysFault(task, change.headSha, red))) return false;
  if (data.placement?.host !== host) {
    dropUnverified(data);
    handInAgain(data, change.summary);
  }
  return true;
}

/** What the Worker hands in, or what its branch has already when it has nothing to do. */
async function nextChange(task: Task): Promise<Change | undefined> {
  const { data } = task;
  if (data.handsInAgain !== true) return commitRound(task);
  const hasOpening = !isTold(data) && data.isTakenOver !== true;
  task.tell('IN_PROGRESS', 'merges what others pushed to its branch');
  const summary = data.summary ?? 'What somebody pushed to the branch.';
  const work = { summary, commitMessage: 'Take in what was pushed to the branch' };
  const change = await untilFixed(task, () => commit(task, work));
  dropHandInAgain(data);
  // Its Worker waits to be told something, and works on with what was taken in.
  return hasOpening ? undefined : change;
}

/** Keeps what the Worker handed in while a person fixes what keeps it from being committed. */
async function commitRound(task: Task): Promise<Change | undefined> {
  const { data } = task;
  try {
    const work = data.uncommitted ?? (await workerWork(task));
    keepWork(data, work);
    return await untilFixed(task, () => commit(task, work));
  } finally {
    dropWork(data);
  }
}

const workerWork = (task: Task): Promise<SubmitWork> =>
  untilFixed(task, () => workerRound(task), {
    words: 'another Worker starts from the files as they are',
    act: () => replaceWorker(task),
  });

/** Commits the worktree; undefined when there is nothing to verify yet and the Worker was told why. */
async function commit(task: Task, work: SubmitWork): Promise<Change | undefined> {
  const { data } = task;
  const number = beginCommit(data);
  const { resolved = [] } = work;
  const commit = await task.onHost((host) =>
    host.commitChange(`commit: ${work.commitMessage.split('\n')[0]}`, {
      ...where(task),
      message: work.commitMessage,
      key: `${workflowInfo().runId}/${number}`,
      ...(resolved.length === 0 ? {} : { resolved }),
    }),
  );
  if (commit.filtered !== undefined && commit.filtered.length > 0) {
    sendBackFiltered(task, commit.filtered);
    return undefined;
  }
  if (commit.submodules !== undefined) {
    sendBackSubmodules(task, commit.submodules);
    return undefined;
  }
  if (commit.lfs !== undefined) {
    sendBackLfs(task, commit.lfs);
    return undefined;
  }
  if (commit.unresolved.length > 0) {
    const own = commit.isOwnBranch === true ? data.branch : undefined;
    sendBack(task, {
      setback: 'conflict',
      opening: {
        ...{ kind: 'conflict', files: commit.unresolved.map(({ path }) => path), conflicts: commit.unresolved },
        targetBranch: own ?? task.input.targetBranch,
        ...(commit.sides === undefined ? {} : { sides: commit.sides }),
        ...(own === undefined ? {} : { isOwnBranch: true }),
        ...(commit.isTakenOver === true ? { isTakenOver: true } : {}),
      },
    });
    return undefined;
  }
  for (const { path, keep, because } of resolved) {
    const decision = `${task.input.task.key} settles ${path}: keeps ${keep}`;
    task.logLine({ actor: 'WORKER', kind: 'decision', decision, reason: because });
  }
  // In another place than where the merge was met, only the worktree knows of it.
  noteCommitted(data, { summary: work.summary, mergedSha: commit.mergedSha });
  const { headSha, treeSha } = commit;
  const { summary, nothingToDo } = work;
  if (headSha === data.baseSha) {
    if (nothingToDo !== undefined) return { headSha, treeSha, summary, nothingToDo };
    const opening = { kind: 'nothing-submitted' } as const;
    sendBack(task, { setback: 'verification', opening, words: 'nothing was changed' });
    return undefined;
  }
  const { commitMessage, assumed = [] } = work;
  return {
    ...{ headSha, treeSha, summary, commitMessage },
    ...(resolved.length === 0 ? {} : { resolved }),
    ...(assumed.length === 0 ? {} : { assumed }),
  };
}

/** One round of the current Worker, or of a new one when it ends in a final failure. */
async function workerRound(task: Task): Promise<SubmitWork> {
  const { data, input } = task;
  const { limits } = input.settings;
  for (;;) {
    reportAttempt(task, data.worker?.attempt ?? data.attempts + 1);
    try {
      return await runWorker(task);
    } catch (error) {
      // Only the transcript knows how far the agent came.
      if (data.worker !== undefined) updateWorker(data, await readWorker(task, data.worker));
      // Every other failure is the task's, or a person's.
      if (isCancellation(error) || !isAgentsOwn(error)) throw error;
      const failed = countFailedAttempt(data);
      noteTried(data, `attempt ${data.attempt} ended: ${failureMessage(error)}`);
      const decision = `attempt ${data.attempt} of ${input.task.key} failed`;
      task.logLine({ actor: 'factory', kind: 'retry', decision, reason: failureMessage(error) });
      if (failed >= limits.attempts || isRefused(task, error)) throw outOfAttempts(failed, error);
      replaceWorker(task);
    }
  }
}

/** A model that refuses twice in a row refuses the task; without a Supervisor agent all attempts are made. */
function isRefused({ data, input }: Task, error: unknown): boolean {
  const refusals = noteRefusal(data, causeOf(error) === 'refusal');
  return input.settings.supervisor !== undefined && refusals >= MOST_REFUSALS;
}

const MOST_REFUSALS = 2;

const causeOf = (error: unknown): TriageCause =>
  detailsOf(error).some((detail) => (detail as { cause?: unknown } | null)?.cause === 'refusal')
    ? 'refusal'
    : 'attempts';

/** The next round is another Worker's, on a transcript of its own. */
export const replaceWorker = (task: Task): void => replace(task.data, openingOfNext(task));

async function runWorker(task: Task): Promise<SubmitWork> {
  const { data, input } = task;
  const openedBy = data.worker?.openedBy ?? `${data.life}/implement/${data.transcripts + 1}`;
  const { departures } = task;
  const { outcome, nextTurn } = await runRound(task, (wasAway) => ({
    ...workingAt(task, wasAway),
    ...{ openedBy, purpose: 'implement', settings: input.settings, brief: briefFor(task), departures },
    isPaused: () => task.paused,
    allowedSecrets: allowedIn(task),
    onOpened(opened) {
      openWorker(data, { ...opened, openedBy });
      // Lives that were ended from outside have not said how many attempts they had.
      if (data.attempt !== opened.attempt) reportAttempt(task, opened.attempt);
    },
  }));
  updateWorker(data, { nextTurn });
  if (outcome.kind !== 'work') throw ApplicationFailure.nonRetryable('The Worker handed in no work', 'AgentGaveUp');
  return outcome;
}

/** A Worker that goes on after its task was away is at work again, as screens show. */
function workingAt(task: Task, wasAway: boolean) {
  const { epicId, taskKey, placement, worktree } = where(task);
  if (wasAway) reportAttempt(task, task.data.attempt);
  return { epicId, taskKey, placement, worktree };
}

function reportAttempt(task: Task, attempt: number): void {
  setAttempt(task.data, attempt);
  task.tell('IN_PROGRESS', `attempt ${attempt} ${workWords(task.data.opening)}`);
}

/** Reads how far a Worker came. */
export const readWorker = ({ input }: Task, { openedBy }: WorkerRef): Promise<WorkerRef> =>
  openTranscript(input, { openedBy });

/** Opens the transcript of a Worker that goes on from an earlier turn of another, once for each wish. */
export async function openFork(
  { input, data }: Task,
  rewindId: string,
  fork: { readonly from: string; readonly atTurn: number },
): Promise<WorkerRef> {
  const worker = await openTranscript(input, { openedBy: `${data.life}/rewind/${rewindId}`, fork });
  setWorker(data, worker);
  return worker;
}

async function openTranscript(
  { epicId, task: { key: taskKey } }: Task['input'],
  wish: Pick<NewTranscript, 'openedBy' | 'fork'>,
): Promise<WorkerRef> {
  const of = { epicId, taskKey, purpose: 'implement' } as const;
  const opened = await factory.openTranscript(`a Worker for ${taskKey}`, { ...of, ...wish });
  return { ...opened, openedBy: wish.openedBy };
}

export function firstOpening(input: Task['input']): Task['data']['opening'] {
  if (input.feedback !== undefined) return { kind: 'feedback', by: 'a person', comment: input.feedback };
  if (input.guidance !== undefined) return { kind: 'guidance', comment: input.guidance };
  if (input.former?.open !== undefined) return input.former.open;
  const { limits, policy } = input.settings;
  return {
    ...{ kind: 'implement', epicTitle: input.epicTitle, task: input.task, targetBranch: input.targetBranch },
    delivered: input.delivered ?? [],
    limits: { turns: limits.turns, commandSeconds: policy.timeouts.commandSeconds, network: policy.network },
  };
}

/** A Worker that is not the first learns why the one before ended, what was tried, and what is in the tree. */
function briefFor({ data, input }: Task): Task['data']['opening'] {
  const { tried, baseSha, worker, opening } = data;
  const isNew = (worker?.nextTurn ?? 1) === 1;
  if (!isNew || baseSha === undefined || (tried.length === 0 && input.former === undefined)) return opening;
  const ended = input.former === undefined || data.failedAttempts > 0 ? {} : { ended: input.former.ended };
  return { ...opening, before: { tried, baseSha, ...ended } };
}

/** Comments that nobody has answered are the next Worker's; so is a round that the last one left open. */
function openingOfNext({ input, data }: Task): Task['data']['opening'] {
  const { unanswered } = data.memory;
  if (unanswered.length === 0) return isOpenRound(data.opening) ? data.opening : firstOpening(input);
  return { kind: 'feedback', by: speakers(unanswered), comment: textOf(unanswered) };
}

function outOfAttempts(attempts: number, cause: unknown): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'TaskFailed',
    message: `${attempts} attempts failed, the last with: ${failureMessage(cause)}`,
    nonRetryable: true,
    details: [{ cause: causeOf(cause) }],
    ...(cause instanceof Error ? { cause } : {}),
  });
}
