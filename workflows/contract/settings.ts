/** What is in force for one epic: read once from Config and factory.yaml when it starts, then pinned. */
import { z } from 'zod';
import { Purpose } from './states.ts';

/** REQUIRE_HUMAN_APPROVAL: `true` is plan and merge, `false` nothing, else a list. */
export const ApprovalKind = z.enum(['plan', 'merge']);
export type ApprovalKind = z.infer<typeof ApprovalKind>;

export const Check = z.object({ name: z.string().min(1).max(60), command: z.string().min(1) });
export type Check = z.infer<typeof Check>;

/** factory.yaml on the base branch of the target repository. Unknown keys are refused so that a typo is found. */
export const RepositoryPolicy = z.strictObject({
  /** Runs once in each new worktree, before the Worker starts. */
  setup: z.string().optional(),
  /** What a change must pass; without it nothing is verified, and evidence and approvals say so. */
  verify: z.union([z.string().transform((command) => [{ name: 'verify', command }]), z.array(Check)]).default([]),
  env: z.record(z.string(), z.string()).default({}),
  timeouts: z
    .strictObject({
      setupSeconds: z.number().int().positive().default(900),
      verifySeconds: z.number().int().positive().default(900),
      commandSeconds: z.number().int().positive().default(600),
    })
    .prefault({}),
  /** Files whose lines are not searched for secrets before a push, as globs: `test/fixtures/**`. */
  secretsAllowedIn: z.array(z.string().min(1)).default([]),
  /** Tasks of one epic that may run at the same time. */
  concurrency: z.number().int().positive().max(50).optional(),
});
export type RepositoryPolicy = z.infer<typeof RepositoryPolicy>;

/** One purpose's model and prompt; `promptHash` names a row of `pins`. */
export const AgentPin = z.object({ model: z.string(), maxTokens: z.number().int(), promptHash: z.string() });
export type AgentPin = z.infer<typeof AgentPin>;

export const EpicSettings = z.object({
  repository: z.string(),
  baseBranch: z.string(),
  /** The cap at the start; raiseBudget changes the one in PostgreSQL. 1 USD = 1,000,000. */
  budgetMicroUsd: z.number().int(),
  concurrency: z.number().int(),
  approvals: z.array(ApprovalKind),
  agents: z.record(Purpose, AgentPin),
  /** attempts: Worker agents before a person is asked; rounds: red verifications, reviews, conflicts each; turns: a round's. */
  limits: z.object({ attempts: z.number().int(), rounds: z.number().int(), turns: z.number().int() }),
  policy: RepositoryPolicy,
  policyHash: z.string(),
});
export type EpicSettings = z.infer<typeof EpicSettings>;
