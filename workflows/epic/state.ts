/** What an epic knows, as plain data that outlives a run. */
import type { Obstacle } from '../approve-and-merge.ts';
import type { ParkedRound } from '../contract/agent.ts';
import type { RewrittenBase } from '../contract/base.ts';
import type { IgnoredFiles } from '../contract/change.ts';
import type { AskPerson, EpicInput } from '../contract/epic.ts';
import type { IgnoredMemory } from '../contract/ignored-messages.ts';
import type { AppliedMessage } from '../contract/messages.ts';
import type { TaskInput } from '../contract/plan.ts';
import type { PlanRevision } from '../contract/plan-revision.ts';
import type { PullRequestView } from '../contract/pull-request.ts';
import type { Failure, HumanRequestView } from '../contract/records.ts';
import type { EpicSettings } from '../contract/settings.ts';
import type { EpicState, Hold, TaskState } from '../contract/states.ts';
import type { Settlement } from '../contract/supervisor.ts';
import type { FormerLife, Rewind } from '../contract/task.ts';
import type { TriageCause } from '../contract/triage.ts';
import { newIgnored } from '../ignored-messages-state.ts';
import type { MemberFields } from '../line/member-state.ts';
import type { LookRate } from '../look-rate.ts';
import type { MergeFields } from '../merge-state.ts';
import type { ChecksObstacle } from '../pull-request/checks.ts';
import { newMemory, type PullRequestMemory } from '../pull-request/state.ts';
import { change, type Seen } from '../read-only-state.ts';
import type { TaskData } from '../task/state.ts';

export interface EntryFields {
  readonly task: TaskInput;
  /** `state` is the epic's word: PENDING or BLOCKED before the workflow, ASSIGNED while it runs, its end afterwards. */
  state: TaskState;
  phase: string;
  hold?: Hold;
  failure?: Failure;
  /** The number of its present life, which a retry ends; each life is one workflow on the same pull request. */
  life: number;
  /** The workflow of this life has started; until then the epic speaks for the task. */
  hasBegun: boolean;
  /** A person decided to go on without it; what depends on it may start. */
  skipped: boolean;
  /** The supervisor was asked what becomes of its failure; with its answer, once that is there. */
  escalation?: { readonly id: string; readonly cause?: TriageCause; readonly settlement?: Settlement };
  /** The Supervisor agent that judges its failure now. */
  triage?: Triage;
  /** What that advised when it sent the task back, and how often it has. */
  guidance?: string;
  guided?: number;
  /** What it suggests to the person who is asked. */
  advice?: string;
  /** Escalations that the supervisor answered with retry since a person last decided. */
  retries: number;
  /** What a person wrote when sending it back. */
  feedback?: string;
  /** What people said on its pull request that was taken up, by id. */
  heard?: string[];
  /** The state that its last life leaves to the next one. */
  former?: FormerLife;
  /** Where its next life begins. */
  rewind?: Rewind;
  mergedSha?: string;
  /** Its merge holds another tree than the one that was verified. */
  isOther?: true;
  /** New files that no one asked for and came with its merge, a line for each kind. */
  left?: readonly string[];
  /** Acceptance criteria that its review could not check. */
  unchecked?: readonly string[];
  /** What its Worker said of what was merged. */
  summary?: string;
  /** What its Worker's tree held that is in no commit. */
  ignoredFiles?: IgnoredFiles;
  /** A person asked to cancel it while it runs. */
  isCancelling?: boolean;
  /** The commit of the base that its present life began with. */
  baseSha?: string;
  /** The base was rewritten, so it has ended; it starts again once a person has said how the epic goes on. */
  isStopped?: true;
  /** It was parked, so that the epic's run could end: its next execution goes on from this. */
  parked?: TaskData;
}
export type TaskEntry = Seen<EntryFields>;

/** A person did not want the merge; without words of theirs they are asked what to change. */
export interface Rejection {
  readonly kind: 'rejected';
  readonly by?: string;
  readonly comment?: string;
}

/** How far the epic's own merge is: it waits for an approval, or for a decision about an obstacle. */
export interface MergingFields extends MergeFields {
  asked?: { readonly headSha: string; readonly diffHash: string };
  obstacle?: Obstacle | ChecksObstacle | Rejection;
}
export type EpicMerging = Seen<MergingFields>;

/** The merge into the base holds another tree than the one that was verified, so that it is verified itself. */
interface OtherMerge {
  /** Why it is not green; left out until that is known. */
  readonly fault?: string;
  /** A person has fixed something, so that the newest base is verified instead. */
  readonly isAgain?: true;
  /** A person has taken it as it is. */
  readonly isTaken?: true;
}

/** A request with the workflows that wait for its answer. */
export interface EpicRequest extends HumanRequestView {
  readonly askedBy: readonly string[];
  /** The name that it is shared under, and the id under which each asker waits for its answer. */
  readonly shared?: { readonly name: string; readonly ids: Readonly<Record<string, string>> };
  /** Another factory.yaml may be adopted with its answer. */
  readonly policy?: AskPerson['policy'];
}

export interface EpicFields extends MemberFields {
  readonly input: EpicInput;
  /** When its first run began. */
  readonly startedAt: string;
  state: EpicState;
  phase: string;
  hold?: Hold;
  paused: boolean;
  admitted: boolean;
  /** True: it has asked for a slot and works meanwhile. False: it has left the line, so a grant is late. Otherwise left out. */
  isInLine?: boolean;
  settings?: EpicSettings;
  /** What it works on: its plan, the tasks of that, or, when all of them are done, bringing them into the base as one. */
  stage: 'planning' | 'tasks' | 'merging';
  /** What a person wants changed in the plan that is made next. */
  planFeedback?: string;
  tasks: TaskEntry[];
  /** Of its plan, oldest first, the newest of them; epics that were planned before there were any have none. */
  revisions?: readonly PlanRevision[];
  requests: EpicRequest[];
  /** The epic's own open questions by what they are about, so that the next run waits on for the same answers. */
  asked: Readonly<Record<string, string>>;
  merging: EpicMerging;
  ignored: IgnoredMemory;
  /** The Orchestrator that plans, and how often planning failed since a person was asked. */
  planner?: Planner;
  planFailures: number;
  /** Mail to the Orchestrator; left out until there is some. */
  correspondence?: Correspondence;
  epicBranch?: string;
  /** The newest commit of the base branch that the epic is built on. */
  baseSha?: string;
  /** The base has dropped that; `isAgreed` when a person has said that the epic goes on from the new one. */
  rewritten?: RewrittenBase & { readonly isAgreed?: true };
  /** The cap that a person set last; before that the settings' holds. */
  capMicroUsd?: number;
  /** All other caps that people set, by name. */
  caps?: Readonly<Record<string, number>>;
  pullRequest?: PullRequestView;
  mergedSha?: string;
  otherMerge?: OtherMerge;
  /** Why the source does not have what was merged. */
  undelivered?: string;
  /** The checks that ran no test on the whole. */
  noTests?: readonly string[];
  /** It is done, and there was nothing to merge. */
  nothingMerged?: string;
  /** What was done and heard on its own pull request. */
  memory: PullRequestMemory;
  /** The task that was made of what somebody said there, by the id of that. */
  changes?: Readonly<Record<string, string>>;
  /** Tasks that were added to fix its checks, since a person last said how to. */
  checkRounds: number;
  /** What commands of the epic's own agents and checks ran in, by host. */
  sandboxes?: Readonly<Record<string, string>>;
  /** The highest epoch of the epic's own placement. */
  epoch: number;
  /** Makes keys of transcripts, escalations and change tasks unique. */
  counter: number;
  /** The newest updates that were applied: the same id again, in a later run, returns the same result. */
  applied: AppliedMessage[];
  /** Tasks that the Supervisor agent has added without a person. */
  addedBySupervisor?: number;
  /** It has not moved since then, and the Supervisor agent is looking at it, or a person is asked. */
  stall?: Triage & { readonly since: string; readonly places?: string; readonly requestId?: string };
  /** Keys of the words that the issue was told, and ids of the replies that were heard. */
  source?: IssueMemory;
}
export type EpicData = Seen<EpicFields>;

export interface Planner {
  /** Names the wish for it, by which its transcript is found. */
  readonly openedBy: string;
  /** It was parked in the middle of its round. */
  readonly parked?: ParkedRound;
}

export interface Correspondence {
  /** There may be mail that nobody has read. */
  readonly isDue: boolean;
  /** Names the wish for the agent, by which its transcript is found. */
  readonly openedBy?: string;
  /** It was parked in the middle of its round. */
  readonly parked?: ParkedRound;
}

/** The Supervisor agent that judges a task's failure, as long as it does. */
export interface Triage {
  /** Names the wish for it, by which its transcript is found. */
  readonly openedBy: string;
  /** It was parked in the middle of its round. */
  readonly parked?: ParkedRound;
}

export interface IssueFields {
  told: string[];
  heard: string[];
  /** How often it may be looked at now, how often in a row it could not be read, and why. */
  looks?: LookRate;
  failures?: number;
  failure?: string;
  /** Whether its completed issue alone paused the epic; false when a person did too. */
  isPausing?: boolean;
}
export type IssueMemory = Seen<IssueFields>;

export function newEpic(input: EpicInput, startedAt: string): EpicData {
  return {
    input,
    startedAt,
    state: 'PLANNING',
    phase: 'starts',
    paused: false,
    admitted: false,
    stage: 'planning',
    tasks: [],
    requests: [],
    memory: newMemory(),
    checkRounds: 0,
    epoch: 0,
    counter: 0,
    applied: [],
    asked: {},
    merging: {},
    ignored: newIgnored(),
    planFailures: 0,
  };
}

export function newTask(task: TaskInput): TaskEntry {
  return { task, state: 'PENDING', phase: 'waits to start', life: 1, hasBegun: false, skipped: false, retries: 0 };
}

/**
 * What the former run left. That of an earlier version is not guessed at: the epic stands still, and is named as stuck, until
 * that version is there again to end it.
 */
export function takeCarry(carry: EpicData | undefined): EpicData | undefined {
  if (carry !== undefined && (carry.stage as string | undefined) === undefined) {
    throw new Error('An earlier version of the factory began this epic: only that one can go on with it');
  }
  return carry;
}

/** What is in force; its absence, once the repository is read, is a mistake of ours. */
export function requireSettings({ settings }: EpicData): EpicSettings {
  if (settings === undefined) throw new Error('The repository is not read yet');
  return settings;
}

export const findTask = (data: EpicData, key: string): TaskEntry | undefined =>
  data.tasks.find((entry) => entry.task.key === key);

/** Its plan is settled, and its tasks run or have run. */
export const isPlanned = ({ stage }: EpicData): boolean => stage !== 'planning';

/** An epic of one task has one pull request; decided for good when tasks start. */
export const isSingle = (data: EpicData): boolean => data.epicBranch === undefined && data.tasks.length === 1;

export const nextNumber = (data: EpicData): number => {
  const counter = data.counter + 1;
  change<EpicFields>(data, { counter });
  return counter;
};

/** Senders repeat an update within minutes; one that is forgotten is harmless twice. */
const APPLIED_KEPT = 100;

export const rememberApplied = (data: EpicData, message: AppliedMessage): void =>
  change<EpicFields>(data, { applied: [...data.applied, message].slice(-APPLIED_KEPT) });

/** Its work is done: what is left is to deliver and to tell. */
export const isMerged = ({ mergedSha, nothingMerged }: EpicData): boolean =>
  mergedSha !== undefined || nothingMerged !== undefined;

/** Why an epic has nothing to merge, in words for people. */
export function nothingMerged(tasks: readonly TaskEntry[]): string {
  const skipped = tasks.filter((entry) => entry.skipped).map(({ task }) => task.key);
  const needless = tasks.filter((entry) => !entry.skipped).map(({ task, phase }) => `${task.key}: ${phase}`);
  return ['nothing to merge', ...(skipped.length === 0 ? [] : [`${skipped.join(', ')} skipped`]), ...needless].join(
    '; ',
  );
}
