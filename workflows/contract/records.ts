/**
 * What workflows write for people to read: whole views, so that any later one replaces any earlier one.
 * PostgreSQL orders them by (generation of the run, version).
 */
import type { Cap } from './budget.ts';
import type { EpicInput } from './epic.ts';
import type { AppliedMessage } from './messages.ts';
import type { Placement } from './placement.ts';
import type { TaskInput } from './plan.ts';
import type { PlanRevision } from './plan-revision.ts';
import type { PullRequestView } from './pull-request.ts';
import type { EpicSettings } from './settings.ts';
import type { AgentState, EpicState, Hold, Purpose, RequestKind, TaskState } from './states.ts';
import type { PersonAnswered } from './task.ts';

/** One line of the append-only decision log; `seq` counts within the run and makes the write happen once. */
export interface DecisionEntry {
  readonly seq: number;
  readonly at: string;
  readonly epicId?: string;
  readonly taskKey?: string;
  /** A role, a person's name, or `factory`. */
  readonly actor: string;
  /** `note`: an agent's own words, which decide nothing and may say anything. */
  readonly kind: 'decision' | 'transition' | 'approval' | 'retry' | 'refusal' | 'failure' | 'note';
  readonly decision: string;
  readonly reason: string;
}

export interface Failure {
  readonly type: string;
  readonly message: string;
}

export interface HumanRequestView {
  readonly requestId: string;
  readonly kind: RequestKind;
  readonly question: string;
  readonly options: readonly string[];
  readonly taskKey?: string;
  readonly pullRequest?: number;
  readonly headSha?: string;
  readonly base?: string;
  /** The cap that is used up, of a budget request. */
  readonly capMicroUsd?: number;
  readonly cap?: Cap;
  /** How often it was asked in other words, after an answer that settled nothing. */
  readonly revision?: number;
  readonly state: 'open' | 'answered' | 'replaced' | 'withdrawn';
  readonly askedAt: string;
  readonly closedAt?: string;
  readonly answer?: PersonAnswered;
}

/**
 * `status` is given while the epic speaks for the task: before its workflow started, and, with a final state, after that
 * closed, when the task's own last word may be missing.
 */
export interface PlannedTaskView {
  readonly task: TaskInput;
  readonly position: number;
  readonly status?: {
    readonly state: TaskState;
    readonly phase: string;
    readonly hold?: Hold;
    readonly failure?: Failure;
  };
}

export interface EpicView {
  readonly epicId: string;
  readonly version: number;
  readonly input: EpicInput;
  readonly settings?: EpicSettings;
  readonly state: EpicState;
  readonly phase: string;
  readonly hold?: Hold;
  readonly failure?: Failure;
  readonly paused: boolean;
  /** The supervisor has given it one of the slots for epics at once. */
  readonly admitted: boolean;
  readonly tasks: readonly PlannedTaskView[];
  /** Of its plan, the newest of them. */
  readonly revisions?: readonly PlanRevision[];
  readonly requests: readonly HumanRequestView[];
  readonly pullRequest?: PullRequestView;
  readonly mergedSha?: string;
  readonly startedAt: string;
  readonly closedAt?: string;
}

export interface SubmissionView {
  readonly number: number;
  readonly headSha: string;
  readonly treeSha: string;
  readonly state: 'verified' | 'red' | 'changes-requested' | 'approved' | 'conflict' | 'merged' | 'superseded';
}

export interface TaskView {
  readonly epicId: string;
  readonly taskKey: string;
  readonly version: number;
  readonly state: TaskState;
  readonly phase: string;
  readonly hold?: Hold;
  readonly failure?: Failure;
  readonly attempt: number;
  readonly rounds: {
    readonly verification: number;
    readonly review: number;
    readonly conflict: number;
    readonly checks: number;
  };
  readonly placement?: Placement;
  readonly branch?: string;
  readonly worktree?: string;
  readonly pullRequest?: PullRequestView;
  readonly submissions: readonly SubmissionView[];
  readonly startedAt: string;
  readonly closedAt?: string;
}

export interface AgentView {
  readonly agentId: string;
  readonly epicId: string;
  readonly taskKey?: string;
  readonly purpose: Purpose;
  readonly attempt: number;
  readonly model: string;
  readonly version: number;
  readonly state: AgentState;
  readonly phase: string;
  readonly hold?: Hold;
  readonly failure?: Failure;
  readonly turn: number;
  readonly startedAt: string;
  readonly closedAt?: string;
}

export interface Recorded<View> {
  readonly view: View;
  /** workflowInfo().firstExecutionRunId: what a chain of continued runs has in common. */
  readonly chain: string;
  readonly decisions: readonly DecisionEntry[];
  /** Messages of people that were applied since the record before. */
  readonly messages?: readonly AppliedMessage[];
}
