/** The epic's own pull request: its branch with the base brought in, verified as a whole, approved and merged. */
import { condition } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import {
  approveAndMerge,
  bringBase,
  type MergeOutcome,
  type Obstacle,
  type ReadyPullRequest,
} from '../approve-and-merge.ts';
import type { EpicSettings } from '../contract/settings.ts';
import { runOnHost } from '../host.ts';
import { answerPeople } from '../pull-request/answer.ts';
import { answeredAnywhere } from '../pull-request/approval.ts';
import type { Watch } from '../pull-request/watch.ts';
import { runUntil } from '../run-until.ts';
import { takeNews } from './by-hand.ts';
import { addChange } from './change.ts';
import { type ChecksObstacle, check, checksJob, settleChecks } from './checks.ts';
import type { Epic } from './context.ts';
import { withDetached } from './detached.ts';
import { epicPullRequestBody } from './pull-request-body.ts';
import { nextNumber } from './state.ts';

/** True when merged; false when a person or a check asked for a change, which is a new task by then. */
export async function mergeEpic(epic: Epic, watch: Watch, settings: EpicSettings): Promise<boolean> {
  for (;;) {
    const ended = await takeNews(epic, watch, settings);
    if (ended !== undefined) return ended;
    const done = await runUntil(
      () => isOvertaken(epic, watch),
      () => mergeOnce(epic, watch, settings),
    );
    if (done === undefined) epic.withdrawOwn();
    else if (done.result !== undefined) return done.result;
  }
}

const isOvertaken = (epic: Epic, watch: Watch): boolean => !epic.isMerging && watch.news() !== undefined;

/** Undefined when it is to be tried again as it is. */
async function mergeOnce(epic: Epic, watch: Watch, settings: EpicSettings): Promise<boolean | undefined> {
  const outcome = await approveAndMerge<Obstacle | ChecksObstacle>({
    approvalNeeded: settings.approvals.includes('merge'),
    prepare: () => prepare(epic, settings),
    check: ({ headSha }) => check(checksJob(epic, watch, settings, headSha)),
    ask: (ready) => askMergeApproval(epic, watch, settings, ready),
    pausePoint: epic.pausePoint,
    merge: async (ready) => {
      await watch.lookAgain();
      // What is new ends this work; until it has, nothing more is done.
      if (isOvertaken(epic, watch)) await condition(() => false);
      return mergePullRequest(epic, settings, ready);
    },
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

/** The integration check: base and all tasks together, at the exact commit that will be merged. */
async function prepare(epic: Epic, settings: EpicSettings): Promise<ReadyPullRequest | Obstacle> {
  const { data, epicId } = epic;
  const { repository, baseBranch, policy } = settings;
  const branch = data.epicBranch as string;
  await epic.pausePoint();
  epic.tell('IN_PROGRESS', 'integrates and verifies the whole');
  await bringBase(settings, (question) => askAboutBase(epic, question));
  const ready = await withDetached(epic, settings, 'integration', branch, async (placement, worktree) => {
    const place = { epicId, repository, placement, worktree };
    const merged = await runOnHost(placement, (host) =>
      host.mergeTarget(`merge ${baseBranch} into ${branch}`, {
        ...place,
        targetBranch: baseBranch,
        message: `Merge ${baseBranch} into ${branch}`,
      }),
    );
    if (merged.kind === 'conflict') return merged;
    const { headSha, treeSha, targetSha, diffHash } = merged;
    if (policy.setup !== undefined) {
      await runOnHost(placement, (host) => host.runSetup(`set-up: ${policy.setup}`, { ...place, policy }));
    }
    const verified = await runOnHost(placement, (host) =>
      host.verify(`verify ${headSha.slice(0, 8)}`, { ...place, taskKey: 'epic', commitSha: headSha, policy }),
    );
    if (!verified.green) return { kind: 'red' as const, commitSha: headSha };
    if (merged.kind === 'merged') {
      await epic.pausePoint();
      data.memory.heads.push(headSha);
      await runOnHost(placement, (host) =>
        host.pushBranch(`push ${headSha.slice(0, 8)}`, {
          ...place,
          branch,
          headSha,
          secretsAllowedIn: policy.secretsAllowedIn,
        }),
      );
    }
    return { kind: 'ready' as const, headSha, treeSha, targetSha, diffHash };
  });
  if (ready.kind === 'ready') await openPullRequest(epic, settings, ready.headSha);
  return ready;
}

function askAboutBase(epic: Epic, question: string): Promise<unknown> {
  epic.tell('BLOCKED', 'the base branch conflicts', { kind: 'person', reason: question });
  const requestId = `base-${nextNumber(epic.data)}`;
  return epic.askPerson({ requestId, kind: 'conflict', question, options: ['retry', 'cancel'] });
}

async function openPullRequest(epic: Epic, settings: EpicSettings, headSha: string): Promise<void> {
  const { data, epicId } = epic;
  const opened = await factory.openPullRequest('the epic’s pull request', {
    epicId,
    repository: settings.repository,
    head: data.epicBranch as string,
    base: settings.baseBranch,
    title: data.input.title,
    body: epicPullRequestBody(data),
  });
  data.pullRequest = { ...opened, headSha };
  data.memory.heads.push(headSha);
  epic.publish();
  const summary = 'a task was made of it, and is merged.';
  const { number } = opened;
  const say = (what: string, reason: string) => epic.decide('factory', 'failure', what, reason);
  await answerPeople(data.memory, { repository: settings.repository, number, headSha, summary, say });
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
  return answeredAnywhere(watch, { headSha, answered, approve });
}

async function mergePullRequest(epic: Epic, settings: EpicSettings, ready: ReadyPullRequest) {
  const { data } = epic;
  epic.tell('IN_PROGRESS', `merges into ${settings.baseBranch}`);
  const number = data.pullRequest?.number ?? 0;
  epic.isMerging = true;
  try {
    const merged = await factory.mergePullRequest(`merge pull request #${number}`, {
      repository: settings.repository,
      number,
      expectedHeadSha: ready.headSha,
      expectedBaseSha: ready.targetSha,
      message: `${data.input.title} (#${number})`,
    });
    if (data.pullRequest !== undefined) {
      data.pullRequest = { ...data.pullRequest, state: 'merged', mergedSha: merged.mergedSha };
    }
    return merged;
  } finally {
    epic.isMerging = false;
  }
}

const OBSTACLES = {
  conflict: (files: readonly string[]) => `the base branch conflicts in ${files.join(', ') || 'some files'}`,
  red: (commitSha: string) => `the checks are red on ${commitSha.slice(0, 8)}, all tasks together`,
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
  if (answer.decision !== 'change') return;
  const words = answer.answer ?? answer.comment ?? said ?? reason;
  addChange(epic, answer.by, words);
}
