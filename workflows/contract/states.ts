/** The vocabulary of states, roles and purposes that every part of the factory shares. */
import { z } from 'zod';
import { EPIC_STATES } from './state-names.ts';

export { FINAL_STATES } from './state-names.ts';

export const EpicState = z.enum(EPIC_STATES);
export type EpicState = z.infer<typeof EpicState>;

export const TaskState = z.enum([
  'PENDING',
  'ASSIGNED',
  'IN_PROGRESS',
  'REVIEW',
  'BLOCKED',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
]);
export type TaskState = z.infer<typeof TaskState>;

export const AgentState = z.enum(['IDLE', 'BUSY', 'WAITING', 'COMPLETED', 'FAILED', 'CANCELLED']);
export type AgentState = z.infer<typeof AgentState>;

export const Role = z.enum(['SUPERVISOR', 'ORCHESTRATOR', 'WORKER']);
export type Role = z.infer<typeof Role>;

/** What an agent is asked to do. Each purpose has a prompt, an allow-list of tools and a model of its own. */
export const Purpose = z.enum(['plan', 'implement', 'review', 'triage', 'correspond']);
export type Purpose = z.infer<typeof Purpose>;

export const ROLE_OF: Record<Purpose, Role> = {
  plan: 'ORCHESTRATOR',
  implement: 'WORKER',
  review: 'ORCHESTRATOR',
  correspond: 'ORCHESTRATOR',
  triage: 'SUPERVISOR',
};

/** What a person may be asked for. */
export const RequestKind = z.enum([
  'plan',
  'merge',
  'protected-paths',
  'weakened-tests',
  'question',
  /** An agent's own, in words that it chose. */
  'agent-question',
  'conflict',
  'budget',
  'failed-task',
]);
export type RequestKind = z.infer<typeof RequestKind>;

/** Why something waits, and since when; everything that waits has one. */
export const Hold = z.object({
  kind: z.enum([
    'blocker',
    'slot',
    'admission',
    'lane',
    'budget',
    'quota',
    'host',
    'person',
    'reply',
    'pause',
    'failure',
    'checks',
  ]),
  reason: z.string(),
  since: z.iso.datetime(),
});
export type Hold = z.infer<typeof Hold>;
