/** Mail as the API returns it. Absent values are null. */
import { z } from 'zod';
import { EpicId } from '../../workflows/contract/ids.ts';
import { Time, whole } from './common.ts';

export const Mail = z
  .object({
    number: z.number().int().describe('names it'),
    epicId: z.string(),
    epicTitle: z.string(),
    kind: z.enum(['mail', 'word']).describe('`word`: what a person said to agents at work'),
    from: z.string().describe('an address: human, orchestrator, supervisor, task/<key> or review/<key>'),
    by: z.string().nullable().describe('the person, where it is from one'),
    to: z.string().describe('an address, or `epic` for a word to all of its agents'),
    subject: z.string(),
    body: z.string(),
    replyTo: z.number().int().nullable().describe('the number of the mail that it answers'),
    awaitsReply: z.boolean().describe('the agent waits, or waited, for an answer'),
    times: z.number().int().describe('how often the same was sent'),
    sentAt: Time,
    lastSentAt: Time,
    readBy: z
      .object({ agentId: z.string(), turn: z.number().int(), at: Time })
      .nullable()
      .describe('the turn that it was told with first'),
    doneAt: Time.nullable().describe('when a person was done with it, of mail to people'),
    doneBy: z.string().nullable(),
    lapsedAt: Time.nullable().describe('when its recipient ended before it was read'),
  })
  .meta({ id: 'Mail' });

export const MailFilter = z.strictObject({
  epicId: EpicId.optional(),
  box: z
    .enum(['inbox', 'all'])
    .default('inbox')
    .describe('`inbox`: what people have not read; `all`: everything, between agents too'),
  before: whole(1).optional().describe('the number of the last one of the page before'),
  limit: whole(1, 500).default(100),
});

export const MailPage = z
  .object({ waiting: z.number().int().describe('how much people have not read, in all epics'), mails: z.array(Mail) })
  .meta({ id: 'MailPage' });

export const MailThread = z
  .object({ mail: Mail, asked: Mail.nullable().describe('what it answers'), answers: z.array(Mail) })
  .meta({ id: 'MailThread' });
