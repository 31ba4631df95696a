/** The account of an epic as the API returns it. Absent values are null. */
import { z } from 'zod';
import { Time } from './common.ts';

const Step = z.object({
  at: Time,
  lastAt: Time.describe('when it was last said, of what was said several times in a row'),
  times: z.number().int(),
  kind: z.string().describe('as in the log, or `question`'),
  actor: z.string(),
  text: z.string().describe('who did what'),
  reason: z.string().describe('why, as the log has it'),
  entries: z.array(z.number().int()).describe('ids of the entries of the log that say so'),
  answer: z
    .object({ at: Time, by: z.string(), decision: z.string(), words: z.string() })
    .nullable()
    .describe('of a question; null where the log has none'),
});

export const Account = z
  .object({
    epicId: z.string(),
    from: Time.nullable(),
    to: Time.nullable(),
    outcome: z.string().nullable().describe('how the epic ended, as far as the log says so'),
    tasks: z.record(z.string(), z.number().int()).describe('how many tasks ended how, of those in the account'),
    counts: z.object({
      questions: z.number().int(),
      unanswered: z.number().int(),
      retries: z.number().int(),
      refusals: z.number().int(),
      failures: z.number().int(),
    }),
    people: z.array(z.object({ name: z.string(), decisions: z.number().int() })),
    chapters: z.array(
      z.object({
        title: z.string(),
        taskKey: z.string().nullable(),
        outcome: z.string().nullable(),
        steps: z.array(Step),
      }),
    ),
  })
  .meta({ id: 'Account' });
