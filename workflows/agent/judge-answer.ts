/** What an agent does with an answer: a pure view of stop reasons and tool calls. */
import { z } from 'zod';
import {
  type AgentOutcome,
  ENDS_BY_ITSELF,
  SubmitPlan,
  SubmitReview,
  SubmitWork,
  TOOLS_OF,
} from '../contract/agent.ts';
import type { Purpose } from '../contract/states.ts';
import { TALKING_TOOLS } from '../contract/talk.ts';
import type { ToolCallRef, TurnNote } from '../contract/transcript.ts';
import { SubmitTriage } from '../contract/triage.ts';
import { judgeCriteria } from './judge-criteria.ts';

export const NUDGE_LIMIT = 3;

/** What follows an answer that asked for no tool. `undefined`: it cannot go on. */
export function noteAfter(stopReason: string, done: { nudges: number; compactions: number }): TurnNote | undefined {
  switch (stopReason) {
    case 'pause_turn':
      return 'continue';
    case 'max_tokens':
      return done.nudges < NUDGE_LIMIT ? 'cut-off' : undefined;
    case 'model_context_window_exceeded':
      return done.compactions < 2 ? 'compact' : undefined;
    case 'refusal':
      return undefined;
    default:
      return done.nudges < NUDGE_LIMIT ? 'nudge' : undefined;
  }
}

/** The note after an answer whose tools have run: a window that was full before has no room for their results. */
export const noteAfterTools = (stopReason: string, done: Parameters<typeof noteAfter>[1]): TurnNote | undefined =>
  stopReason === 'model_context_window_exceeded' ? noteAfter(stopReason, done) : undefined;

/** Some have nothing to hand in. */
export const endsByItself = (purpose: Purpose, stopReason: string): boolean =>
  stopReason === 'end_turn' && ENDS_BY_ITSELF.has(purpose);

/** So many plans in a row that do not hold end a planner. */
export const BAD_PLAN_LIMIT = 3;

/** After an answer of which nothing was accepted: it counts once, however many plans it handed in. */
export const badPlansAfter = (before: number, refused: readonly ToolCallRef[]): number =>
  refused.some(({ name }) => name === 'submit_plan') ? before + 1 : before;

/** What the person is told: the defects of the last plan, each with its place. */
export function planRefused(refused: readonly ToolCallRef[]): string {
  const parsed = SubmitPlan.safeParse(refused.findLast(({ name }) => name === 'submit_plan')?.input);
  const issues = parsed.success ? [] : parsed.error.issues;
  const defects = issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  const shown = defects.length > MOST_DEFECTS ? `${defects.slice(0, MOST_DEFECTS)}…` : defects;
  return `${BAD_PLAN_LIMIT} plans in a row were refused, the last one because of ${shown}`;
}

/** In characters; the transcript has all of them. */
const MOST_DEFECTS = 1_500;

/** Why an agent that cannot go on ended. `isTalk`: it talked without acting, and was told so each time. */
export function endReason(stopReason: string): { readonly reason: string; readonly isTalk: boolean } {
  if (stopReason === 'refusal') return { reason: 'the model refused to go on', isTalk: false };
  if (stopReason === 'model_context_window_exceeded') {
    return { reason: 'the transcript does not fit the context window any more', isTalk: false };
  }
  const isTalk = stopReason !== 'max_tokens';
  const words = `ended ${NUDGE_LIMIT + 1} times without handing in its work (${stopReason})`;
  return { reason: isTalk ? `it talked without acting, and ${words}` : `the model ${words}`, isTalk };
}

/** Tool calls in the order in which they run: neighbours that only read go side by side. */
export function batches(calls: readonly ToolCallRef[]): ToolCallRef[][] {
  const result: ToolCallRef[][] = [];
  for (const call of calls) {
    const last = result.at(-1);
    if (call.readOnly && last?.every((other) => other.readOnly)) last.push(call);
    else result.push([call]);
  }
  return result;
}

export const isAllowed = (purpose: Purpose, call: ToolCallRef): boolean => TOOLS_OF[purpose].includes(call.name);

const FINISHING = {
  submit_plan: SubmitPlan.transform((plan) => ({ kind: 'plan' as const, ...plan })),
  submit_work: SubmitWork.transform((work) => ({ kind: 'work' as const, ...work })),
  submit_review: SubmitReview.transform((review) => ({ kind: 'review' as const, ...review })),
  submit_triage: SubmitTriage.transform((triage) => ({ kind: 'triage' as const, ...triage })),
};

/** What a review has to speak of before it is accepted. */
export interface ToJudge {
  /** Findings of earlier reviews, by id. */
  readonly mustJudge?: readonly string[] | undefined;
  /** Acceptance criteria of the task. */
  readonly criteria?: readonly string[] | undefined;
}

/** What a finishing call hands in, or what is wrong with it in words for the model. */
export function readOutcome(
  call: ToolCallRef,
  { mustJudge = [], criteria = [] }: ToJudge = {},
): { outcome: AgentOutcome } | { problem: string } {
  const refused = (problem: string) => ({
    problem: `This was not accepted. Fix it and call ${call.name} again:\n${problem}`,
  });
  const parsed = FINISHING[call.name as keyof typeof FINISHING].safeParse(call.input);
  if (!parsed.success) return refused(z.prettifyError(parsed.error));
  if (parsed.data.kind !== 'review') return { outcome: parsed.data };
  const { criteria: judged, ...review } = parsed.data;
  const problem = unjudged(review, mustJudge);
  if (problem !== undefined) return refused(problem);
  // What a task without criteria is said to meet was never asked for.
  if (criteria.length === 0) return { outcome: review };
  const found = judgeCriteria({ verdict: review.verdict, criteria: judged }, criteria);
  return 'problem' in found ? refused(found.problem) : { outcome: { ...review, criteria: found.findings } };
}

function unjudged(
  outcome: Pick<SubmitReview, 'verdict' | 'earlier'>,
  mustJudge: readonly string[],
): string | undefined {
  const said = new Map((outcome.earlier ?? []).map(({ finding, settled }) => [finding, settled]));
  const missing = mustJudge.filter((finding) => !said.has(finding));
  if (missing.length > 0) {
    return `\`earlier\` says nothing of ${missing.join(', ')}. Say of each whether it is settled, and why.`;
  }
  const open = mustJudge.filter((finding) => said.get(finding) === false);
  if (outcome.verdict === 'request_changes' || open.length === 0) return undefined;
  return `You approve, but say that ${open.join(', ')} is not settled. Ask for changes, or say why it is settled after all.`;
}

export const isFinishing = (call: ToolCallRef): boolean => Object.hasOwn(FINISHING, call.name);

const TALKING: ReadonlySet<string> = new Set(TALKING_TOOLS);
export const isTalking = (call: ToolCallRef): boolean => TALKING.has(call.name);
export const isQuestion = (call: ToolCallRef): boolean => call.name === 'ask_human';
