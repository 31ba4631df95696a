/** How a task stands, what it waits for, and what people wish of it meanwhile. Pure. */

import type { ParkedRound } from '../contract/agent.ts';
import { defined } from '../contract/optional-fields.ts';
import type { TaskState } from '../contract/states.ts';
import type { QuestionAnswered } from '../contract/talk.ts';
import type { Rewind } from '../contract/task.ts';
import { dropApproval } from '../merge-state.ts';
import { withAnswers } from '../parked-questions.ts';
import { dropApprovals } from '../pull-request/state.ts';
import { type Change, change } from '../read-only-state.ts';
import type { Standing } from '../status.ts';
import type { AskedQuestion } from './asked-question.ts';
import type { TaskData, TaskFields } from './state.ts';

const update = (data: TaskData, fields: Change<TaskFields>): void => change<TaskFields>(data, fields);

/** Nothing holds it when `hold` is left out. */
export const setStatus = (data: TaskData, { state, phase, hold }: Standing<TaskState>): void =>
  update(data, { status: { state, phase, ...defined({ hold }) } });

/** The question that it waits on, and whose answer has no effect yet. */
export const setAsked = (data: TaskData, asked: AskedQuestion): void => update(data, { asked });
export const forgetAsked = (data: TaskData): void => update(data, { asked: undefined });

/** False when it is under way, or was done before. */
export function wantRewind(data: TaskData, wish: Rewind): boolean {
  const isUnderWay = data.rewind?.transcript === wish.transcript && data.rewind.turn === wish.turn;
  if (isUnderWay || data.rewinds.includes(wish.rewindId)) return false;
  update(data, { rewind: wish, rewinds: [...data.rewinds, wish.rewindId] });
  return true;
}

/** Done; a newer wish, which came meanwhile, stands. */
export function endRewind(data: TaskData, wish: Rewind | undefined): void {
  if (data.rewind === wish) update(data, { rewind: undefined });
}

/** Returns how an agent of the task was parked, whose round is gone on with now. */
export function takeParkedAgent(data: TaskData): ParkedRound | undefined {
  const { parkedAgent } = data;
  update(data, { parkedAgent: undefined });
  return parkedAgent;
}
export const parkAgent = (data: TaskData, parkedAgent: ParkedRound): void => update(data, { parkedAgent });

/** People have answered what the parked agent asked: it goes on with that. */
export function answerParked(data: TaskData, answered: readonly QuestionAnswered[]): void {
  if (data.parkedAgent !== undefined) parkAgent(data, withAnswers(data.parkedAgent, answered));
}

/** The policy that the run begins with, which may have been adopted while nothing of the task ran. */
export function setPolicy(data: TaskData, policyHash: string, at: string): void {
  if (data.policyHash !== undefined && data.policyHash !== policyHash) adoptPolicy(data, policyHash, at);
  else update(data, { policyHash });
}

/**
 * Set-up runs again where the task is placed, and an approval was for what the policy before let through. What is known of
 * the base counts only from `at` on, ISO 8601.
 */
export function adoptPolicy(data: TaskData, policyHash: string, at: string): void {
  update(data, { policyHash, baseSince: at, setsUpAgain: true });
  if (data.handIn !== undefined) dropApproval(data.handIn.merging);
  dropApprovals(data.memory);
  if (data.approved !== undefined) update(data, { approved: withoutApproval(data.approved) });
}

export function withoutApproval<Approved extends { readonly approvedDiff?: string }>(approved: Approved) {
  const { approvedDiff: _, ...rest } = approved;
  return rest;
}
