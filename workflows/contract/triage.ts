/** What the Supervisor agent is asked about, what it may answer, and what of that counts without a person. */
import { z } from 'zod';
import { AgentTask } from './plan.ts';

/** What the Supervisor agent is started by, once the fixed rules have found no way on. Nothing else costs a call. */
export const TriageCause = z.enum([
  'attempts',
  'verification',
  'review',
  'checks',
  'conflict',
  'refusal',
  'host-lost',
  'stalled',
]);
export type TriageCause = z.infer<typeof TriageCause>;

export const CAUSE_WORDS: Readonly<Record<TriageCause, string>> = {
  attempts: 'all its attempts are used up',
  verification: 'the verification stayed red through all its rounds',
  review: 'the review asked for changes in all its rounds',
  checks: 'the CI checks stayed red through all its rounds',
  conflict: 'its merge met a conflict in all its rounds',
  refusal: 'the model refuses to work on it',
  'host-lost': 'its host was lost again and again',
  stalled: 'nothing of it has moved for an hour, and nothing says that it waits',
};

/** There is no word here for an approval, a merge, a budget or a right: what is not in this list cannot be asked for. */
export const TriageAction = z.enum(['retry', 'skip', 'ask_human', 'fail', 'add_task']);
export type TriageAction = z.infer<typeof TriageAction>;

/** What a person may let the Supervisor agent do by itself. */
export const FreeAction = z.enum(['retry', 'skip', 'fail', 'add_task']);
export type FreeAction = z.infer<typeof FreeAction>;

const Words = (most: number) => z.string().trim().min(1).max(most);

export const SubmitTriage = z
  .strictObject({
    action: TriageAction,
    reason: Words(4_000),
    guidance: Words(8_000).optional(),
    /** Budgets are people's, as in a plan of an agent. */
    task: AgentTask.optional(),
  })
  .refine(({ action, guidance }) => action !== 'retry' || guidance !== undefined, {
    path: ['guidance'],
    message: 'retry needs guidance: what the next engineer is to do differently',
  })
  .refine(({ action, task }) => action !== 'add_task' || task !== undefined, {
    path: ['task'],
    message: 'add_task needs the task',
  });
export type SubmitTriage = z.infer<typeof SubmitTriage>;

/** Of an epic; an epic without it has no Supervisor agent. */
export const SupervisorSettings = z.object({
  /** What it may do without a person; everything else is advice to one. */
  may: z.array(FreeAction),
  /** What its calls in one epic may cost, within the epic's own cap. 1 USD = 1,000,000. */
  budgetMicroUsd: z.number().int().positive(),
});
export type SupervisorSettings = z.infer<typeof SupervisorSettings>;

/** What it is told besides what rows say. */
export interface TriageBrief {
  readonly cause: TriageCause;
  /** The failure in the words of the factory. */
  readonly failure: string;
  readonly may: readonly FreeAction[];
  /** It has sent this task back with guidance before. */
  readonly isGuided: boolean;
}
