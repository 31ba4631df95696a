/** Parts that several of the API's responses share. Absent values are null. */
import { z } from 'zod';
import { BudgetUnit } from '../../workflows/contract/budget.ts';
import { CriterionProof, CriterionVerdict } from '../../workflows/contract/criteria.ts';
import { AgentState, Hold, Purpose, RequestKind, Role, TaskState } from '../../workflows/contract/states.ts';
import { PersonAnswered } from '../../workflows/contract/task.ts';

export const Time = z.iso.datetime();
/** A time to ask the database for; it knows no year 0. */
export const Before = z.iso
  .datetime()
  .max(30)
  .refine((time) => !time.startsWith('0000'), 'the year 0000 is not known');

/** A whole number in a query: its digits and nothing else, up to what an integer column of PostgreSQL holds. */
export const whole = (min: number, max = 2_147_483_647) =>
  z.preprocess(
    (given) => (typeof given === 'string' && /^-?\d+$/.test(given) ? Number(given) : given),
    z.number('digits').int().min(min).max(max),
  );

export const Waiting = {
  hold: Hold.nullable(),
  failure: z.object({ type: z.string(), message: z.string() }).nullable(),
};

/** The fields of an agent that every answer has. */
export const AgentFields = {
  role: Role,
  purpose: Purpose,
  attempt: z.number().int(),
  model: z.string(),
  state: AgentState,
  phase: z.string(),
};

/** Of an execution. */
export const TemporalUrl = z
  .string()
  .nullable()
  .describe('its run in the Web UI of Temporal; null where the address of that is not known, or before it has started');

export const PullRequest = z
  .object({
    repository: z.string(),
    number: z.number().int(),
    taskKey: z.string().nullable(),
    url: z.string(),
    title: z.string(),
    head: z.string(),
    base: z.string(),
    headSha: z.string(),
    state: z.enum(['open', 'merged', 'closed']),
    mergedSha: z.string().nullable(),
  })
  .meta({ id: 'PullRequest' });

export const HumanRequest = z
  .object({
    epicId: z.string(),
    epicTitle: z.string(),
    requestId: z.string(),
    kind: RequestKind,
    question: z.string(),
    options: z.array(z.string()),
    taskKey: z.string().nullable(),
    budgetUnit: BudgetUnit.nullable().describe(
      'of a budget request: what its cap is in; the cap of the task where there is one',
    ),
    pullRequest: z.number().int().nullable(),
    headSha: z.string().nullable(),
    /** The branch that the commit is to go into, where no pull request says so yet. */
    base: z.string().nullable(),
    state: z.enum(['open', 'answered', 'replaced', 'withdrawn']),
    answer: PersonAnswered.nullable(),
    askedAt: Time,
    closedAt: Time.nullable(),
  })
  .meta({ id: 'HumanRequest' });

export const TaskSummary = z
  .object({
    /** `<epic>.<key>` */
    id: z.string(),
    key: z.string(),
    title: z.string(),
    state: TaskState,
    phase: z.string(),
    ...Waiting,
    attempt: z.number().int(),
    dependsOn: z.array(z.string()),
    host: z.string().nullable(),
    branch: z.string().nullable(),
    pullRequest: z.number().int().nullable(),
    startedAt: Time.nullable(),
    updatedAt: Time,
    closedAt: Time.nullable(),
  })
  .meta({ id: 'TaskSummary' });

export const Agent = z
  .object({
    id: z.string(),
    ...AgentFields,
    ...Waiting,
    turn: z.number().int(),
    costUsd: z.number(),
    workflowId: z.string(),
    runId: z.string(),
    temporalUrl: TemporalUrl,
    startedAt: Time,
    updatedAt: Time,
    closedAt: Time.nullable(),
  })
  .meta({ id: 'Agent' });

export const Evidence = z
  .object({
    check: z.string(),
    command: z.string(),
    exitCode: z.number().int(),
    commitSha: z.string(),
    treeSha: z.string(),
    /** The end of the log. */
    output: z.string(),
    verifiedBy: z.string(),
    coveredBy: z
      .string()
      .nullable()
      .describe('the commit that was verified, when this one was only verified together with others'),
    policyHash: z.string().nullable().describe('names the factory.yaml that it was found under'),
    startedAt: Time,
    finishedAt: Time,
  })
  .meta({ id: 'Evidence' });

export const Unrun = z
  .array(z.object({ commitSha: z.string(), checks: z.array(z.string()) }))
  .describe('by commit that was verified under the policy in force: its checks that the commit has no result of');

export const Criterion = z
  .object({
    criterion: z.string(),
    judged: z
      .object({
        verdict: CriterionVerdict,
        how: z.string().describe('the command that was run, or the place that was looked at; empty without one'),
        note: z.string(),
        proof: CriterionProof.describe(
          'by the transcript its reviewer ran the command, read the place, or only said so',
        ),
        exitCode: z.number().int().nullable().describe('of the command, where it was run'),
        commitSha: z.string(),
        isOutdated: z.boolean().describe('a later commit was handed in, and no review has spoken of it yet'),
        reviewer: z.string().nullable().describe('the agent'),
        turn: z.number().int().nullable().describe('the turn of the reviewer in which it ran or read that'),
        at: Time,
      })
      .nullable()
      .describe('what the latest review found; null when nobody has checked it'),
  })
  .meta({ id: 'Criterion' });
