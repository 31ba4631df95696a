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
    state: TaskState,
    checked: z
      .object({
        commitSha: z.string(),
        checks: z.array(z.object({ check: z.string(), exitCode: z.number().int() })),
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

export const EpicPlan = z
  .object({
    epicId: z.string(),
    tasks: z.array(PlannedTask).describe('in plan order; none before there is a plan'),
  })
  .meta({ id: 'EpicPlan' });
