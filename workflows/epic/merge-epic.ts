/** Merges what the tasks of an epic brought together: approved, checked, and overtaken by whatever somebody does by hand. */
import { condition, workflowInfo } from '@temporalio/workflow';
import { approveAndMerge, type MergeOutcome, type Obstacle, type ReadyPullRequest } from '../approve-and-merge.ts';
import type { EpicSettings } from '../contract/settings.ts';
import type { Turn } from '../line/turn.ts';
import { EVENTS_OF_WAITING } from '../options.ts';
import { answeredAnywhere } from '../pull-request/approval.ts';
import type { ChecksObstacle } from '../pull-request/checks.ts';
import { mergeReady } from '../pull-request/merge.ts';
import type { Watch } from '../pull-request/watch.ts';
import { runUntil } from '../run-until.ts';
import { takeNews } from './by-hand.ts';
import { addChange } from './change.ts';
import { check, checksJob, settleChecks } from './checks.ts';
import type { Epic } from './context.ts';
import { continueFrom } from './continue.ts';
import { integrate } from './integrate.ts';
import { isAboutIssue, openRequests } from './requests.ts';
import { nextNumber } from './state.ts';

/** True when merged; false when a person or a check asked for a change, which is a new task by then. */
export async function mergeEpic(epic: Epic, watch: Watch, settings: EpicSettings): Promise<boolean> {
  const began = workflowInfo().historyLength;
  for (;;) {
    const ended = await takeNews(epic, watch, settings);
    if (ended !== undefined) return ended;
    const done = await runUntil(
      () => isOvertaken(epic, watch) || hasWaitedLong(epic, began),
      () => mergeOnce(epic, watch, settings),
    );
    if (done?.result !== undefined) return done.result;
    if (done !== undefined) continue;
    epic.withdrawOwn();
    if (!isOvertaken(epic, watch)) await continueFrom(epic);
  }
}

/** What is looked at while a person thinks for months must not fill up the history; the next run asks anew. */
function hasWaitedLong({ data, isMerging }: Epic, began: number): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  if (!continueAsNewSuggested || historyLength - began < EVENTS_OF_WAITING || isMerging) return false;
  return openRequests(data.requests).some((request) => !isAboutIssue(request));
}

const isOvertaken = (epic: Epic, watch: Watch): boolean => !epic.isMerging && watch.news() !== undefined;

/** Undefined when it is to be tried again as it is. */
async function mergeOnce(epic: Epic, watch: Watch, settings: EpicSettings): Promise<boolean | undefined> {
  const turn = epic.turn as Turn;
  const outcome = await approveAndMerge<Obstacle | ChecksObstacle>({
    approvalNeeded: settings.approvals.includes('merge'),
    turn: {
      ...turn,
      async take(isBehind) {
        epic.tell('IN_PROGRESS', 'waits for its turn to merge', { kind: 'lane', reason: 'others merge first' });
        return turn.take(isBehind);
      },
    },
    prepare: () => integrate(epic, settings),
    check: ({ headSha }) => check(checksJob(epic, watch, settings, headSha)),
    ask: (ready) => askMergeApproval(epic, watch, settings, ready),
    isPaused: () => epic.data.paused,
    pausePoint: epic.pausePoint,
    merge: async (ready) => {
      await watch.lookAgain();
      // What is new ends this work; until it has, nothing more is done.
      if (isOvertaken(epic, watch)) await condition(() => false);
      epic.tell('IN_PROGRESS', `merges into ${settings.baseBranch}`);
      const { repository } = settings;
      return mergeReady(epic, { repository, title: epic.data.input.title, ready });
    },
    say: (what, reason) => epic.decide('factory', 'failure', what, reason),
  });
  switch (outcome.kind) {
    case 'merged':
      epic.data.mergedSha = outcome.mergedSha;
      return true;
    case 'checks-red':
    case 'checks-held': {
      const job = checksJob(epic, watch, settings, outcome.headSha);
      return (await settleChecks(epic, job, outcome)) ? undefined : false;
    }
    default:
      await askWhatToDo(epic, settings, outcome);
      return false;
  }
}

/** An approval on the forge, of exactly this commit, answers as one here would. */
async function askMergeApproval(epic: Epic, watch: Watch, settings: EpicSettings, ready: ReadyPullRequest) {
  const { number = 0 } = epic.data.pullRequest ?? {};
  const unverified = settings.policy.verify.length === 0 ? ' Nothing was verified: factory.yaml has no verify.' : '';
  epic.tell('IN_PROGRESS', 'waits for a person’s approval', { kind: 'person', reason: 'merge approval' });
  const { headSha } = ready;
  const requestId = `merge-${nextNumber(epic.data)}`;
  const answered = epic.askPerson({
    ...{ requestId, kind: 'merge', options: ['approve', 'reject'], pullRequest: number, headSha },
    question: `Merge pull request #${number} “${epic.data.input.title}” into ${settings.baseBranch}?${unverified}`,
  });
  const approve = (verdict: { by: string; headSha: string; comment?: string }) =>
    epic.settle({ requestId, decision: 'approve', ...verdict });
  return answeredAnywhere(watch, { headSha, answered, isOpen: () => true, approve });
}

const OBSTACLES = {
  conflict: (files: readonly string[]) => `the base branch conflicts in ${files.join(', ') || 'some files'}`,
  red: (commitSha: string) => `the verification is red on ${commitSha.slice(0, 8)}, all tasks together`,
};

/** The pull request stays open. A change becomes a task; retry looks at base and branch again. */
async function askWhatToDo(
  epic: Epic,
  settings: EpicSettings,
  outcome: Exclude<MergeOutcome<Obstacle>, { kind: 'merged' }>,
): Promise<void> {
  const { data } = epic;
  const said = outcome.kind === 'rejected' ? outcome.answer.comment : undefined;
  const reason =
    outcome.kind === 'rejected'
      ? `the merge was rejected${said === undefined ? '' : `: “${said}”`}`
      : outcome.kind === 'conflict'
        ? OBSTACLES.conflict(outcome.files)
        : OBSTACLES.red(outcome.commitSha);
  epic.tell('BLOCKED', reason, { kind: 'person', reason });
  const answer = await epic.askPerson({
    requestId: `integration-${nextNumber(data)}`,
    kind: outcome.kind === 'conflict' ? 'conflict' : 'question',
    question: `The epic cannot be merged into ${settings.baseBranch}: ${reason}. What now? (change: what to do, in words)`,
    options: outcome.kind === 'rejected' ? ['change', 'cancel'] : ['retry', 'change', 'cancel'],
  });
  if (outcome.kind === 'rejected') delete data.lineSince;
  if (answer.decision !== 'change') return;
  const words = answer.answer ?? answer.comment ?? said ?? reason;
  addChange(epic, answer.by, words);
}
