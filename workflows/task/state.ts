/** What a task knows of itself, as plain data that outlives a run, and what its setbacks lead to. */
import type { ParkedRound, Review, SubmitWork } from '../contract/agent.ts';
import type { Brief } from '../contract/brief.ts';
import type { ApprovedChange, Change, Findings, IgnoredFiles } from '../contract/change.ts';
import type { IgnoredMemory } from '../contract/ignored-messages.ts';
import type { Placement } from '../contract/placement.ts';
import type { PullRequestView } from '../contract/pull-request.ts';
import type { SubmissionView } from '../contract/records.ts';
import type { PastReview } from '../contract/review.ts';
import type { EpicSettings } from '../contract/settings.ts';
import type { Hold, TaskState } from '../contract/states.ts';
import type { Rewind } from '../contract/task.ts';
import type { MemberFields } from '../line/member-state.ts';
import type { MergeMemory } from '../merge-state.ts';
import type { PullRequestMemory } from '../pull-request/state.ts';
import { change, type Change as Fields, type Seen } from '../read-only-state.ts';
import type { AskedQuestion } from './asked-question.ts';
import { withoutTrees } from './reviews.ts';

/** The Worker agent of the current attempt. */
export interface WorkerRef {
  readonly agentId: string;
  readonly attempt: number;
  readonly nextTurn: number;
  /** Names the wish for it, by which its transcript is found. */
  readonly openedBy: string;
}

/** What a person said when they rejected the merge. */
export interface Rejected {
  readonly by?: string;
  readonly comment?: string;
}

/** A hand-in, and how far it came on its way into the target branch. */
export interface HandInFields {
  change: Change;
  /** Its protected paths were looked at. */
  isClear?: true;
  /** It is pushed and has its pull request. */
  submission?: number;
  /** The reviewer's verdict, which is paid for. */
  verdict?: Review;
  /** The forge has it too. */
  isRecorded?: true;
  /** The review approved it. */
  isReviewed?: true;
  /** A person rejected the merge; without words of theirs they are asked what to change. */
  rejected?: Rejected;
  /** How many reviewers it has had. */
  reviewers?: number;
  merging: MergeMemory;
}
export type HandIn = Seen<HandInFields>;

export interface TaskFields extends MemberFields {
  /** The status that it reports. */
  status: { readonly state: TaskState; readonly phase: string; readonly hold?: Hold };
  /** The first run of this life of the task, however often it is parked: what is opened once is named by it. */
  readonly life: string;
  /** When its first run began. */
  readonly startedAt: string;
  ignored: IgnoredMemory;
  asked?: AskedQuestion;
  /** Handed in by the Worker, and not committed yet. */
  uncommitted?: SubmitWork;
  /** Committed, and not verified yet. */
  unverified?: Change;
  handIn?: HandIn;
  /** An agent of its own that was parked in the middle of a round. */
  parkedAgent?: ParkedRound;
  placement?: Placement;
  /** The policy that it followed last. */
  policyHash?: string;
  /** Set-up is to run again, under an adopted policy. */
  setsUpAgain?: boolean;
  /** The worktree of its newest review is still on the host. */
  hasReviewWorktree?: boolean;
  /** Its worktree or set-up there is not done yet. */
  isUnprepared?: boolean;
  /** The highest epoch that this task was ever placed with. */
  epoch: number;
  /**
   * Both are the host's to say once they are made, and not derived: the path depends on the host's folders, and the branch
   * is named beside refs and folders (clients/git/names.ts), which no workflow imports.
   */
  worktree?: string;
  branch?: string;
  /** The newest commit of the target branch that its work holds. */
  baseSha?: string;
  /** Where the forge may still have its branch with the work as it was before the base was rewritten. */
  replaces?: string;
  /** Its handed-in work was taken over onto a rewritten base, so that it is handed in again without a round of a Worker. */
  isTakenOver?: true;
  /** Where its branch was when it was placed. */
  headSha?: string;
  /** What its branch had on the forge when it was placed is in the target: an earlier run of the task was merged. */
  isMerged?: boolean;
  worker?: WorkerRef;
  /** The number of the attempt that is under way, as far as is known before its transcript is opened. */
  attempt: number;
  /** The highest number that an attempt of the task has had, in this life and those before. */
  attempts: number;
  /** Attempts that ended in a final failure, in this run of the task. */
  failedAttempts: number;
  /** Attempts in a row that the model refused to go on with. */
  refusals?: number;
  /** Hosts in a row that were lost before the Worker answered a turn there, and the turn that was due. */
  hostsLost?: { readonly times: number; readonly turn: number };
  /** Worktrees that somebody deleted since a person last looked. */
  worktreesGone: number;
  /** Transcripts that its rounds opened in this life; makes their keys unique. */
  transcripts: number;
  rounds: Readonly<Record<'verification' | 'review' | 'conflict' | 'checks', number>>;
  /** Reasons why its attempts ended or were sent back, in this life and those before, oldest first. */
  tried: string[];
  /** Reviews that asked for changes, with what of them is not settled yet; left out until there is one. */
  reviews?: PastReview[];
  /** The change that a review approved; gone with the next round of its Worker. */
  approved?: ApprovedChange;
  /** How the Worker's next round opens. */
  opening: Brief;
  /** The Worker's next turn when that was decided: once it has answered a turn, it was told. */
  openedAt?: number;
  /** The commit whose merge lies in the worktree with conflict markers. */
  mergeParent?: string;
  /** Commits asked for, which makes their keys unique. */
  commits: number;
  submissions: SubmissionView[];
  pullRequest?: PullRequestView;
  /** The commit that was handed in after its pull request had been merged by hand. */
  late?: string;
  /** What was done and heard on its pull request. */
  memory: PullRequestMemory;
  /** Checks that are red on the base too, and that a person said are the Workers' to make green. */
  redOnBase?: string[];
  /** Since when what is known of the base counts, and when its own commit was verified last. */
  baseSince?: string;
  verifiedAt?: string;
  /** The checks that ran no test on what was verified last. */
  noTests?: readonly string[];
  /** It ended so, because what it asks for is there already. */
  nothingToDo?: string;
  /** Commits whose red checks the Worker was told of: each is told once. */
  redHeads: string[];
  /** What the branch has is handed in without a round of the Worker: somebody else moved it, or it was held up. */
  handsInAgain?: boolean;
  /** The kinds of files that no one asked for and that the Worker was told of: each is told once. */
  leftoversTold?: string[];
  /** What the Worker said last of its work. */
  summary?: string;
  /** Files of its worktree that git ignored when it was verified last. */
  ignoredFiles?: IgnoredFiles;
  /** Hashes of the findings that a person allowed: the same again needs no second look. */
  allowed: string[];
  /** Values that look like secrets, by hash: those that its Worker was told of, and those that a person allowed. */
  secretsTold?: string[];
  allowedSecrets?: string[];
  /** The longest that its verification took, in milliseconds. */
  checksMs?: number;
  /** Where a person wants it to go back to. */
  rewind?: Rewind;
  /** The ids of the rewinds that it was told of, so that each happens once. */
  rewinds: string[];
}
export type TaskData = Seen<TaskFields>;

const update = (data: TaskData, fields: Fields<TaskFields>): void => change<TaskFields>(data, fields);

/** The task is not done: its epic, whose own run ends, starts it again with this. */
export interface ParkedTask {
  readonly parked: TaskData;
}

/** What setbacks are counted in, from zero again after a person looked. */
export const freshCounts = (): Pick<TaskData, 'failedAttempts' | 'rounds' | 'worktreesGone'> => ({
  failedAttempts: 0,
  worktreesGone: 0,
  rounds: { verification: 0, review: 0, conflict: 0, checks: 0 },
});

export type Setback = keyof TaskData['rounds'];

export const SETBACK_WORDS: Record<Setback, string> = {
  verification: 'the verification was red',
  review: 'the review asked for changes',
  conflict: 'the merge met a conflict',
  checks: 'the CI checks of the pull request were red',
};

/** Counts a setback; false when the Worker has had all its rounds of this kind and a person must look. */
export function countSetback(data: TaskData, setback: Setback, limits: EpicSettings['limits']): boolean {
  const times = data.rounds[setback] + 1;
  update(data, { rounds: { ...data.rounds, [setback]: times } });
  return times <= limits.rounds;
}

/** The findings that nobody has allowed yet. */
export const unallowed = (data: TaskData, findings: Findings | undefined): Findings | undefined =>
  findings === undefined || data.allowed.includes(findings.hash) ? undefined : findings;

const MOST_TRIED = 20;

/** Remembers what did not work, for the Workers that come after. */
export const noteTried = (data: TaskData, line: string): void =>
  update(data, { tried: [...data.tried, line.replaceAll(/\s+/g, ' ').slice(0, 500)].slice(-MOST_TRIED) });

/** Rounds that another Worker can take up where they stand: what they tell is in rows or in themselves. */
const OPEN_ROUNDS: ReadonlySet<Brief['kind']> = new Set([
  'verification',
  'changes-requested',
  'checks',
  'secrets',
  'leftovers',
  'feedback',
  'guidance',
]);
/** A merge is met again by whoever comes next; a take-over is not. */
export const isOpenRound = (brief: Brief): boolean =>
  OPEN_ROUNDS.has(brief.kind) || (brief.kind === 'conflict' && brief.isTakenOver === true);

/** Decides how the Worker's next round opens. */
export function setOpening(data: TaskData, opening: Brief): void {
  update(data, { opening, approved: undefined, openedAt: data.worker?.nextTurn ?? 1 });
  if (opening.kind === 'feedback' && opening.by !== 'the factory') reviewAnew(data);
}

/** What a person said is a reason to look at the same again. */
export function reviewAnew(data: TaskData): void {
  if (data.reviews !== undefined) update(data, { reviews: withoutTrees(data.reviews) });
}

/** The Worker has answered a turn since its opening was decided, so another one may take its place. */
export const isTold = ({ worker, openedAt = 1 }: TaskData): boolean => (worker?.nextTurn ?? 1) > openedAt;

/** Why a task leaves its place: the host is gone or fences it off, or somebody deleted the worktree. */
export type PlacementLoss = 'host-lost' | 'worktree-gone';

/**
 * In another place the Worker learns why; what it was not told yet is told there. A conflict is not: the restored files
 * may be older than it, and it is met again.
 */
export function reopenElsewhere(data: TaskData, loss: PlacementLoss): void {
  const { opening, worker } = data;
  const note = loss === 'host-lost' ? { isMoved: true } : { isRestored: true };
  if (isTold(data) || opening.kind === 'conflict') setOpening(data, { kind: loss });
  else if (worker !== undefined && worker.nextTurn > 1) update(data, { opening: { ...opening, ...note } });
}

/** The last submission with a new state. */
export function markSubmission(data: TaskData, state: SubmissionView['state']): void {
  const last = data.submissions.at(-1);
  if (last !== undefined) update(data, { submissions: data.submissions.with(-1, { ...last, state }) });
}

/** The work that its pull request shows, with what its Worker said of it, unless that was in a former life. */
export function lastHandedIn({ submissions, summary }: TaskData): {
  readonly treeSha: string;
  readonly summary?: string;
} {
  const last = submissions.at(-1);
  if (last === undefined) throw new Error('Nothing was handed in yet');
  return { treeSha: last.treeSha, ...(summary === undefined ? {} : { summary }) };
}

/** Names the wish for the present reviewer of a submission, by which its transcript is found. */
export const reviewerOf = (
  { life }: Pick<TaskData, 'life'>,
  { reviewers = 1 }: Pick<HandIn, 'reviewers'>,
  submission: number,
): string => `${life}/review/${submission}/${reviewers}`;

/** Drops the hand-in that was on its way: the Worker's round, or what is on the branch, comes first again. */
export const leaveHandIn = (data: TaskData): void =>
  update(data, { handIn: undefined, uncommitted: undefined, unverified: undefined, parkedAgent: undefined });

/** Adds a submission, numbered from 1; what came before it is superseded. */
export function addSubmission(data: TaskData, submitted: Change): number {
  markSubmission(data, 'superseded');
  const number = data.submissions.length + 1;
  const { headSha, treeSha } = submitted;
  update(data, { submissions: [...data.submissions, { number, headSha, treeSha, state: 'verified' }] });
  return number;
}
