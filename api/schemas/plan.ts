/** The plan of an epic as the API returns it. */
import { z } from 'zod';
import { TaskState } from '../../workflows/contract/states.ts';
import { Criterion, Time } from './common.ts';

const PlannedTask = z
  .object({
    /** `<epic>.<key>` */
    id: z.string(),
    key: z.string(),
    title: z.string(),
    description: z.string(),
    acceptance: z.array(z.string()).describe('what must be true when it is done'),
    criteria: z.array(Criterion).describe('the same, with what the latest review found about each'),
    dependsOn: z.array(z.string()).describe('keys of the tasks that it builds on'),
    files: z.array(z.string()).describe('patterns of the files that it will likely touch'),
    budgetUsd: z
      .number()
      .nullable()
      .describe('what it may cost, in US dollars, as planned; null without a cap of its own'),
    budgetTokens: z.number().int().nullable().describe('the same in tokens'),
    state: TaskState,
    hasStarted: z.boolean().describe('it has started or ended, so no revision of the plan changes it'),
    checked: z
      .object({
        commitSha: z.string(),
        checks: z.array(z.object({ check: z.string(), exitCode: z.number().int() })),
        unrun: z
          .array(z.string())
          .describe(
            'checks of the policy in force that it has no result of: a verification under way, or one that ended early',
          ),
        coveredBy: z
          .string()
          .nullable()
          .describe('the commit that was run, when this one was only verified together with others'),
        at: Time.describe('when its checks ran'),
      })
      .nullable()
      .describe('the checks of the commit that was checked last; null before any was'),
  })
  .meta({ id: 'PlannedTask' });

const PlanRevision = z
  .object({
    number: z.number().int(),
    at: Time,
    by: z.string().describe('a role, a person’s name, or `factory`'),
    why: z.string(),
    changes: z.array(z.string()).describe('a line for each task that it changed'),
  })
  .meta({ id: 'PlanRevision' });

const Overlap = z.object({
  tasks: z.tuple([z.string(), z.string()]).describe('keys'),
  files: z.array(z.string()).describe('patterns of the first that meet one of the second'),
});

export const EpicPlan = z
  .object({
    epicId: z.string(),
    revision: z.number().int().describe('the newest revision; 0 before there is a plan'),
    overlaps: z
      .array(Overlap)
      .describe('pairs of tasks that will likely change the same files at the same time: neither waits for the other'),
    revisions: z.array(PlanRevision).describe('newest first, at most 100'),
    tasks: z.array(PlannedTask).describe('in plan order; none before there is a plan'),
  })
  .meta({ id: 'EpicPlan' });
