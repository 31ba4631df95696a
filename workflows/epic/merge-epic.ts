/** Merges what the tasks of an epic brought together: approved, checked, and overtaken by whatever somebody does by hand. */
import { condition } from '@temporalio/workflow';
import { adoptedWords } from '../adopted-policy.ts';
import {
  approveAndMerge,
  type ConflictObstacle,
  conflictWords,
  type Obstacle,
  type ReadyPullRequest,
} from '../approve-and-merge.ts';
import { askedAlready } from '../ask.ts';
import type { EpicSettings } from '../contract/settings.ts';
import type { PersonAnswered } from '../contract/task.ts';
import { ignoredOfTasks } from '../ignored-files.ts';
import { losePosition } from '../line/member-state.ts';
import type { Turn } from '../line/turn.ts';
import { offering } from '../policy-offer.ts';
import type { ChecksObstacle } from '../pull-request/checks.ts';
import { answeredAnywhere, unverified } from '../pull-request/forge-approval.ts';
import { mergeReady } from '../pull-request/merge.ts';
import { requirePullRequest } from '../pull-request/state.ts';
import type { Watch } from '../pull-request/watch.ts';
import { runUntil } from '../run-until.ts';
import { takeNews } from './by-hand.ts';
import { addChangeTask } from './change-task.ts';
import { checksJob, findChecksObstacle, settleChecks } from './checks.ts';
import type { Epic } from './context.ts';
import { askAboutBase, integrate } from './integrate.ts';
import {
  leaveObstacle,
  noteMergeAnswer,
  noteMergeAsked,
  noteObstacle,
  noteRewritten,
  setMerged,
} from './merging-state.ts';
import { goOnFromNewBase, rewrittenBase } from './new-base.ts';
import type { Asking } from './questions.ts';
import type { Rejection } from './state.ts';

/** True when merged; false when a person or a check asked for a change, which is a new task by then. */
export async function mergeEpic(epic: Epic, watch: Watch, settings: EpicSettings): Promise<boolean> {
  const isOvertakenNow = () => isOvertaken(epic, watch) && !epic.runEnd.isEnding();
  for (;;) {
    await epic.runEnd.pass();
    await goOnFromNewBase(epic, settings);
    const ended = await takeNews(epic, watch, settings);
    // A new task comes first: what was asked about the whole has lost its point.
    if (ended === false) epic.withdrawOwn();
    if (ended !== undefined) return ended;
    const done = await runUntil(isOvertakenNow, () => mergeOnce(epic, watch, settings)).catch(noteIfRewritten);
    if (done?.result !== undefined) return done.result;
    if (done === undefined) epic.withdrawOwn();
  }

  /** An approval of what stands on dropped history dies with it. */
  function noteIfRewritten(error: unknown): undefined {
    const rewritten = rewrittenBase(error);
    if (rewritten === undefined) throw error;
    noteRewritten(epic.data, rewritten);
  }
}

const isOvertaken = (epic: Epic, watch: Watch): boolean => !epic.isMerging && watch.news() !== undefined;

/** Undefined when it is to be tried again as it is. What a former run asked about comes first. */
async function mergeOnce(epic: Epic, watch: Watch, settings: EpicSettings): Promise<boolean | undefined> {
  const { merging } = epic.data;
  if (merging.asked !== undefined) await awaitApproval(epic, watch);
  if (epic.isAsked('base')) await askAboutBase(epic);
  if (merging.obstacle === undefined) {
    const outcome = await approve(epic, watch, settings);
    if (outcome.kind === 'merged') {
      setMerged(epic.data, outcome.mergedSha, outcome.isOther);
      return true;
    }
    // A rejection is there already, with its words.
    if (outcome.kind !== 'rejected') noteObstacle(epic.data, outcome);
  }
  const isSettled = await settleObstacle(epic, watch, settings);
  leaveObstacle(epic.data);
  return isSettled ? undefined : false;
}

function approve(epic: Epic, watch: Watch, settings: EpicSettings) {
  const turn = epic.turn as Turn;
  return approveAndMerge<Obstacle | ChecksObstacle>({
    approvalNeeded: settings.approvals.includes('merge'),
    memory: epic.data.merging,
    runEnd: epic.runEnd,
    turn: {
      ...turn,
      async take(isBehind) {
        epic.tell('IN_PROGRESS', 'waits for its turn to merge', { kind: 'lane', reason: 'others merge first' });
        return turn.take(isBehind);
      },
    },
    prepare: () => integrate(epic, watch, settings),
    stands: async ({ policyHash }) => policyHash === settings.policyHash,
    check: ({ headSha }) => findChecksObstacle(checksJob(epic, { watch, settings, headSha })),
    ask: (ready) => askMergeApproval(epic, watch, settings, ready),
    isPaused: () => epic.data.paused && !epic.runEnd.isEnding(),
    pausePoint: epic.pausePoint,
    merge: (ready) =>
      mergeReady(epic, {
        ...{ settings, watch, title: epic.data.input.title, base: settings.baseBranch, ready, turn },
        async standBack() {
          // New activity on the pull request cancels this attempt; wait for the cancellation.
          if (isOvertaken(epic, watch)) await condition(() => false);
        },
        mayMerge: () => !epic.data.paused && ready.policyHash === settings.policyHash,
        onMerge: () => epic.tell('IN_PROGRESS', `merges into ${settings.baseBranch}`),
      }),
    say: epic.logFailure,
  });
}

/** True when it may be tried again as it is; else the tasks are gone through first, of which there may be one more. */
async function settleObstacle(epic: Epic, watch: Watch, settings: EpicSettings): Promise<boolean> {
  const { obstacle } = epic.data.merging;
  if (obstacle === undefined) return true;
  switch (obstacle.kind) {
    case 'checks-red':
    case 'checks-held':
      return settleChecks(epic, checksJob(epic, { watch, settings, headSha: obstacle.headSha }), obstacle);
    default:
      return askWhatToDo(epic, settings, obstacle);
  }
}

async function askMergeApproval(epic: Epic, watch: Watch, settings: EpicSettings, ready: ReadyPullRequest) {
  const { number } = requirePullRequest(epic.data);
  epic.tell('IN_PROGRESS', 'waits for a person’s approval', { kind: 'person', reason: 'merge approval' });
  const ignored = epic.data.tasks.flatMap(({ task, ignoredFiles }) =>
    ignoredFiles === undefined ? [] : [{ key: task.key, ignored: ignoredFiles }],
  );
  const { headSha, diffHash } = ready;
  noteMergeAsked(epic.data, { headSha, diffHash });
  return awaitApproval(epic, watch, () => ({
    ...{ kind: 'merge', options: ['approve', 'reject'], pullRequest: number, headSha },
    question: `Merge pull request #${number} “${epic.data.input.title}” into ${settings.baseBranch}?${unverified(settings.policy, epic.data.noTests)}${adoptedWords(settings)}${leftWords(epic)}${uncheckedWords(epic)}${ignored.length === 0 ? '' : ` ${ignoredOfTasks(ignored)}`}`,
  }));
}

const uncheckedWords = ({ data }: Epic): string =>
  byTask(
    'Reviews could not check',
    data.tasks.map(({ task, unchecked }) => [task.key, unchecked]),
  );

const leftWords = ({ data }: Epic): string =>
  byTask(
    'It adds files that no one asked for',
    data.tasks.map(({ task, left }) => [task.key, left]),
  );

/** One line a task that has words; empty when no task has any. */
function byTask(what: string, found: readonly (readonly [string, readonly string[] | undefined])[]): string {
  const lines = found.flatMap(([key, words = []]) => (words.length === 0 ? [] : [`${key}: ${words.join('; ')}`]));
  return lines.length === 0 ? '' : ` ${what}: ${lines.join('. ').slice(0, 2_000)}.`;
}

/** Notes what comes of the approval. One on the forge, of exactly this commit, answers as one here would. */
async function awaitApproval(epic: Epic, watch: Watch, asking: () => Asking = askedAlready): Promise<PersonAnswered> {
  const { data } = epic;
  const { asked } = data.merging;
  if (asked === undefined) throw new Error('Nothing is asked about the merge');
  const { headSha } = asked;
  const answered = epic.askPerson('merge', asking);
  const requestId = data.asked.merge as string;
  const approve = (verdict: { by: string; headSha: string; comment?: string }) =>
    epic.settle({ requestId, decision: 'approve', ...verdict });
  const answer = await answeredAnywhere(watch, {
    ...{ memory: data.memory, headSha, answered, approve },
    isOpen: () => true,
  });
  noteMergeAnswer(data, answer);
  return answer;
}

const OBSTACLES = {
  conflict: (obstacle: ConflictObstacle) => `the base branch conflicts in ${conflictWords(obstacle).slice(0, 1_000)}`,
  red: (commitSha: string) => `the verification is red on ${commitSha.slice(0, 8)}, all tasks together`,
};

/**
 * The pull request stays open. A change becomes a task, the comment of a rejection at once; after `retry` and `adopt` no
 * task is left to run, so that base and branch are looked at again.
 */
async function askWhatToDo(epic: Epic, settings: EpicSettings, obstacle: Obstacle | Rejection): Promise<false> {
  const said = obstacle.kind === 'rejected' ? obstacle.comment : undefined;
  if (obstacle.kind === 'rejected' && obstacle.by !== undefined && said !== undefined && said.trim() !== '') {
    losePosition(epic.data);
    addChangeTask(epic, { by: obstacle.by, words: said });
    return false;
  }
  const reason =
    obstacle.kind === 'rejected'
      ? `the merge was rejected${said === undefined ? '' : `: “${said}”`}`
      : obstacle.kind === 'conflict'
        ? OBSTACLES.conflict(obstacle)
        : OBSTACLES.red(obstacle.commitSha);
  epic.tell('BLOCKED', reason, { kind: 'person', reason });
  const again = obstacle.kind === 'rejected' ? '' : 'retry (tries the merge again), ';
  const plain = {
    kind: obstacle.kind === 'conflict' ? ('conflict' as const) : ('question' as const),
    question: `The epic cannot be merged into ${settings.baseBranch}: ${reason}. Choose: ${again}change (say what to do, which becomes a task) or cancel (ends the epic).`,
    options: obstacle.kind === 'rejected' ? ['change', 'cancel'] : ['retry', 'change', 'cancel'],
  };
  const asking = obstacle.kind === 'red' && !epic.isAsked('integration') ? await offering(settings, plain) : plain;
  const answer = await epic.askPerson('integration', () => asking);
  if (obstacle.kind === 'rejected') losePosition(epic.data);
  if (answer.decision !== 'change') return false;
  addChangeTask(epic, { by: answer.by, words: answer.answer ?? answer.comment ?? said ?? reason });
  return false;
}
