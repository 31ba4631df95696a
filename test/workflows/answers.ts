/** What a scripted model answers, and what tests say to an epic. */
import assert from 'node:assert/strict';
import type { TakeTurnInput, TurnResult } from '../../activities/agent/take-turn.ts';
import type { ToolCallRef } from '../../workflows/contract/transcript.ts';
import type { SubmitTriage } from '../../workflows/contract/triage.ts';

/** An answer that asks for these tools. */
export function answer(...toolCalls: (Partial<ToolCallRef> & { name: string })[]): TurnResult {
  const complete = toolCalls.map(
    (call, index): ToolCallRef => ({ id: `call-${index}`, summary: call.name, readOnly: false, ...call }),
  );
  return { kind: 'answer', stopReason: complete.length > 0 ? 'tool_use' : 'end_turn', toolCalls: complete };
}

/** An answer without a tool: the model ended, or was ended. */
export const words = (stopReason: string): TurnResult => ({ ...answer(), stopReason }) as TurnResult;

export const submitWork = answer({ name: 'submit_work', input: { summary: 'done', commitMessage: 'Do it' } });
/** `settles`: numbers of earlier findings; an approval settles them, any other verdict leaves them open. */
export const submitReview = (verdict: 'approve' | 'request_changes', settles: readonly string[] = []) => {
  const earlier = settles.map((finding) => ({ finding, settled: verdict === 'approve', because: 'looked' }));
  return answer({ name: 'submit_review', input: { verdict, summary: verdict, comments: [], earlier } });
};
export const submitTriage = (input: SubmitTriage) => answer({ name: 'submit_triage', input });
export const submitPlan = (graph: Record<string, string[]>) =>
  answer({ name: 'submit_plan', input: { tasks: tasks(graph) } });

/** A Worker that runs one command, and waits in its second turn until it may hand in. */
export const waitInSecondTurn =
  (until: Promise<void>) =>
  async ({ purpose, turn }: TakeTurnInput): Promise<TurnResult | undefined> => {
    if (purpose !== 'implement') return undefined;
    if (turn === 2) await until;
    return turn >= 2 ? submitWork : answer({ name: 'bash' });
  };

/** A Worker that hands in with its first turn; all others as by default. */
export const handInAtOnce = ({ purpose }: Pick<TakeTurnInput, 'purpose'>): TurnResult | undefined =>
  purpose === 'implement' ? submitWork : undefined;

/** One command, then the work is handed in; two tasks are planned; every review approves. */
export function defaultTurn({ purpose, turn }: TakeTurnInput): TurnResult {
  if (purpose === 'plan') return submitPlan({ one: [], two: [] });
  if (purpose === 'review') return submitReview('approve');
  if (purpose === 'triage') return submitTriage({ action: 'ask_human', reason: 'unsure' });
  return turn % 2 === 1 ? answer({ name: 'bash' }) : submitWork;
}

/** Tasks by key with what each needs. */
export const tasks = (graph: Record<string, string[]>) =>
  Object.entries(graph).map(([key, dependsOn]) => ({ key, title: `Task ${key}`, dependsOn }));
/** An epic of this one task. */
export const oneTask = (key: string) => ({ title: `Epic ${key}`, tasks: tasks({ [key]: [] }) });

/** For assert.rejects: the failure behind a workflow's or update's error. */
export const failsWith =
  (type: string, message = /./) =>
  (error: { cause?: { type?: string; message?: string } }): true => {
    assert.equal(error.cause?.type, type);
    assert.match(error.cause?.message ?? '', message);
    return true;
  };

/** A review that approves and says this of the criteria. */
export const approveWith = (...criteria: object[]) =>
  answer({ name: 'submit_review', input: { verdict: 'approve', summary: 'Fine.', criteria } });
