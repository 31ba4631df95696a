/** What an agent workflow is given and how it ends. */
import { z } from 'zod';
import type { TaskBudget } from './budget.ts';
import { ResolvedConflict } from './conflict.ts';
import { type CriterionFinding, JudgedCriterion } from './criteria.ts';
import type { IgnoredMemory } from './ignored-messages.ts';
import type { Interrupt } from './interrupt.ts';
import type { LoopMemory } from './loops.ts';
import type { Placement } from './placement.ts';
import { AgentPlan, type Plan } from './plan.ts';
import type { AgentPin, EpicSettings } from './settings.ts';
import type { Purpose } from './states.ts';
import type { AgentQuestion, QuestionAnswered } from './talk.ts';
import type { SubmitTriage } from './triage.ts';

export interface AgentWorkflowInput {
  /** Also the transcript's id. */
  readonly agentId: string;
  readonly epicId: string;
  readonly taskKey?: string;
  readonly purpose: Purpose;
  readonly attempt: number;
  /** The first turn of this run; a later round goes on where the transcript ended. */
  readonly firstTurn: number;
  /** Turns that this round may take. */
  readonly turnLimit: number;
  /** What all agents of its purpose in the epic may cost, where that is less than the epic's cap. 1 USD = 1,000,000. */
  readonly capMicroUsd?: number;
  readonly pin: AgentPin;
  /** The task's own caps, before anybody raised them. */
  readonly taskBudget?: TaskBudget;
  /** Where its tools run; an agent that only judges has no place. */
  readonly placement?: Placement;
  /** Absolute path of the worktree on the placement's host. */
  readonly worktree?: string;
  readonly repository: string;
  readonly policy: EpicSettings['policy'];
  readonly paused: boolean;
  /** Values that look like secrets and that a person allowed in the epic, by hash. */
  readonly allowedSecrets?: readonly string[];
  /** Findings of earlier reviews, by id: a review that does not speak of each is not accepted. */
  readonly mustJudge?: readonly string[];
  /** A question to a person is answered at once: it decides itself. */
  readonly asksNobody?: boolean;
  /** Acceptance criteria of the task under review, each of which the review must judge. */
  readonly criteria?: readonly string[];
  /** Set when the agent continues as new, and when its parent has parked it. */
  readonly carry?: AgentCarry;
}

export interface AgentCarry {
  readonly turn: number;
  readonly turnsTaken: number;
  readonly nudges: number;
  readonly compactions: number;
  readonly startedAt: string;
  readonly ignored: IgnoredMemory;
  /** A note for the model, sent with the next turn. */
  readonly note?: string;
  /** Comments of people who ended its model call or tools, for the next call. */
  readonly wishes?: readonly Interrupt[];
  /** Questions that it has asked people in this round, and the host that it was on when it last did. */
  readonly questions?: number;
  readonly askedOn?: string;
  /** Answers that it has not read yet. */
  readonly answered?: readonly QuestionAnswered[];
  /** Plans in a row that were refused. */
  readonly badPlans?: number;
  /** Missing where it began before there was one. */
  readonly loops?: LoopMemory;
  /** How long it took from each of its last answers to the turn after, in ms. */
  readonly pausesMs?: readonly number[];
  /** The model that answered last, if it was not the pinned one. */
  readonly fallback?: string;
}

/** The tools of a purpose; the workflow refuses every other, whatever a text in the prompt says. */
export const TOOLS_OF: Record<Purpose, readonly string[]> = {
  plan: ['bash', 'str_replace_based_edit_tool', 'log_decision', 'send_mail', 'ask_human', 'submit_plan'],
  implement: ['bash', 'str_replace_based_edit_tool', 'log_decision', 'send_mail', 'ask_human', 'submit_work'],
  review: ['bash', 'str_replace_based_edit_tool', 'log_decision', 'send_mail', 'submit_review'],
  triage: ['submit_triage'],
  correspond: ['bash', 'str_replace_based_edit_tool', 'log_decision', 'send_mail'],
};

/** All but the Worker may look at everything and change nothing: they run in a detached worktree, thrown away afterwards. */
export const READ_ONLY: Record<Purpose, boolean> = {
  plan: true,
  implement: false,
  review: true,
  triage: true,
  correspond: true,
};

/** Whose round ends with an answer that asks for no tool. */
export const ENDS_BY_ITSELF: ReadonlySet<Purpose> = new Set(['correspond']);

export const SubmitPlan = z.object({ tasks: AgentPlan });
export const SubmitWork = z.object({
  summary: z.string().min(1),
  commitMessage: z.string().trim().min(1).max(5_000),
  /** Conflicts of a merge that are settled by keeping a side as it is. */
  resolved: z.array(ResolvedConflict).max(500).optional(),
  /** Nothing is changed, because what the task asks for is there already: where, and how that was checked. */
  nothingToDo: z.string().trim().min(1).max(5_000).optional(),
  /** What nobody said and it took for granted, one sentence each. */
  assumed: z.array(z.string().trim().min(1).max(500)).max(10).optional(),
});
export type SubmitWork = z.infer<typeof SubmitWork>;
export const ReviewComment = z.object({
  path: z.string(),
  line: z.number().int().positive().optional(),
  body: z.string(),
});
export type ReviewComment = z.infer<typeof ReviewComment>;
/** Whether something that an earlier review found is settled. */
export const JudgedFinding = z.object({ finding: z.string(), settled: z.boolean(), because: z.string().min(1) });
export const SubmitReview = z.object({
  verdict: z.enum(['approve', 'request_changes']),
  summary: z.string().min(1),
  comments: z.array(ReviewComment).max(100).default([]),
  /** Of each acceptance criterion, in reviews of epics that were started since they are asked for. */
  criteria: z.array(JudgedCriterion).max(100).optional(),
  earlier: z.array(JudgedFinding).max(300).optional(),
});
export type SubmitReview = z.infer<typeof SubmitReview>;
/** A review that was accepted. */
export type Review = Omit<SubmitReview, 'criteria'> & { criteria?: CriterionFinding[] | undefined };

export type AgentOutcome =
  | { readonly kind: 'plan'; readonly tasks: Plan }
  | ({ readonly kind: 'work' } & SubmitWork)
  | ({ readonly kind: 'review' } & Review)
  | ({ readonly kind: 'triage' } & SubmitTriage)
  /** There is nothing left to say. */
  | { readonly kind: 'silence' };

export interface AgentResult {
  readonly outcome: AgentOutcome;
  /** Where a later round of the same agent goes on. */
  readonly nextTurn: number;
}

/** The round is not over: the parent, whose own run ends, starts the agent again with this. */
export interface ParkedAgent {
  readonly parked: AgentCarry;
  /** People must answer these first. */
  readonly asks?: readonly AgentQuestion[];
}

/** What the parent keeps of it. */
export interface ParkedRound {
  /** Names the wish for the agent. */
  readonly openedBy: string;
  readonly agentId: string;
  readonly attempt: number;
  readonly carry: AgentCarry;
  /** Not answered yet. */
  readonly asks?: readonly AgentQuestion[];
}
