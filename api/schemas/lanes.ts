/** Merge lanes as the API returns them. Absent values are null. */
import { z } from 'zod';
import { Time } from './common.ts';

const Member = z.object({
  epicId: z.string(),
  epicTitle: z.string(),
  taskKey: z.string().nullable().describe('null for the epic itself'),
  title: z.string(),
  pullRequest: z.number().int().nullable(),
  headSha: z.string().nullable().describe('the commit that it is going to merge, where it said so'),
  priority: z.number().int().describe('of the epic: 1 the most urgent, 0 none and after 4'),
  since: Time.describe('when it first asked for its turn; it keeps that place until it has merged'),
  isBehind: z.boolean().describe('it conflicts with the branch, and waits until those before it have settled theirs'),
});

const Lane = z
  .object({
    repository: z.string(),
    branch: z.string(),
    isLive: z
      .boolean()
      .describe(
        'false while the workflow that keeps the order does not answer: then those who wait are shown as they recorded it, and who merges is not known',
      ),
    merging: Member.extend({ grantedAt: Time.nullable().describe('since when it has the turn') })
      .nullable()
      .describe('who has the turn now'),
    settling: z.array(Member).describe('those who lost the turn to a conflict that they settle'),
    waiting: z
      .array(Member.extend({ behind: z.string().nullable().describe('the task or epic right before it') }))
      .describe('in the order of their turns'),
    verdicts: z
      .array(
        z.object({
          epicId: z.string(),
          taskKey: z.string().nullable(),
          title: z.string().describe('of the task, or of the epic whose own pull request it is'),
          submission: z.number().int().nullable().describe('null for an epic’s own pull request'),
          verdict: z.enum(['verified', 'red', 'changes-requested', 'approved', 'conflict', 'merged', 'superseded']),
          headSha: z.string(),
          at: Time,
        }),
      )
      .describe('what became of submissions in the last 7 days, newest first, at most 20'),
    leadTime: z
      .object({ merges: z.number().int(), medianSeconds: z.number(), p90Seconds: z.number() })
      .nullable()
      .describe('of what was merged in the last 7 days: from its start to its end'),
  })
  .meta({ id: 'Lane' });

export const Lanes = z
  .object({
    lanes: z
      .array(Lane)
      .describe('those that open work goes to first, then those that were merged into last; at most 100'),
    more: z.boolean().describe('there are other branches, which are left out'),
  })
  .meta({ id: 'Lanes' });
