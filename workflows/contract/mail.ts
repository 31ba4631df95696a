/** Mail between agents and people: its addresses and sizes, and how a workflow that waits for some is called. */
import { defineSignal } from '@temporalio/workflow';
import { z } from 'zod';
import type { Purpose } from './states.ts';

/** The longest body and subject of a mail, and the longest word of a person, in characters. */
export const MAIL_LIMITS = { subject: 200, body: 10_000 } as const;

/** Mails that an agent may send to one recipient in a round: two that only thank each other end there. */
export const MAILS_TO_ONE = 10;

export const Address = z
  .string()
  .trim()
  .regex(
    /^(supervisor|orchestrator|human|(task|review)\/[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?)$/,
    'an address is human, orchestrator, supervisor or task/<key>',
  );
export type Address = z.infer<typeof Address>;

const subject = z.string().trim().min(1).max(MAIL_LIMITS.subject);
const body = z.string().trim().min(1).max(MAIL_LIMITS.body);
const by = z.string().trim().min(1).max(200).default('unknown');

/** The input of the tool `send_mail`. */
export const SendMail = z.object({ to: Address, subject, body, awaitReply: z.boolean().optional() });
export type SendMail = z.infer<typeof SendMail>;

/** From a person, over the API. */
export const PersonMail = z.strictObject({ to: Address, subject, body, by });
export const MailReply = z.strictObject({ body, by });
export const Word = z.strictObject({ text: body, by });

/** Where an agent reads its mail. */
export function addressOf(purpose: Purpose, taskKey: string | undefined): Address {
  if (purpose === 'implement' && taskKey !== undefined) return `task/${taskKey}`;
  if (purpose === 'review' && taskKey !== undefined) return `review/${taskKey}`;
  return purpose === 'triage' ? 'supervisor' : 'orchestrator';
}

/** The task that an address belongs to. */
export const taskOfAddress = (address: Address): string | undefined => address.split('/')[1];

/** Nobody but people reads what is sent there. */
export const isReadByPeople = (address: Address): boolean => address === 'human' || address === 'supervisor';

/** There may be mail for the receiver; the signal does not say which. */
export const mailArrivedSignal = defineSignal<[unknown?]>('mailArrived');
