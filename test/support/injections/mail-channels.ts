/** Mail, and words of people, on their way to an agent. */
import { mailText } from '../../../activities/agent/mail-text.ts';
import type { UnreadMail } from '../../../db/reads/unread-mail.ts';
import type { Purpose } from '../../../workflows/contract/states.ts';
import type { Channel } from './injection.ts';

const unread = (mail: Pick<UnreadMail, 'sender' | 'body'> & Partial<UnreadMail>): UnreadMail => ({
  ...{ number: 1, kind: 'mail', senderName: null, recipient: 'task/slugs', subject: 'Prices', replyTo: null },
  ...{ awaitReply: false, times: 1, sentAt: new Date(0), isOld: false },
  ...mail,
});
const told = (purpose: Purpose, mail: UnreadMail): string => mailText([mail], purpose) ?? '';

/** As people forward what they were sent. */
const quoting = (text: string): string => `See what I got:\n\n${text}`;

export const MAIL_CHANNELS = {
  mail: {
    ...{ name: 'mail of another agent', purpose: 'implement', block: 'mail' },
    prompt: (body) => told('implement', unread({ sender: 'task/other', body })),
  },
  mailToOrchestrator: {
    ...{ name: 'mail of a Worker to the Orchestrator', purpose: 'correspond', block: 'mail' },
    prompt: (body) => told('correspond', unread({ sender: 'task/other', recipient: 'orchestrator', body })),
  },
  mailToReviewer: {
    ...{ name: 'mail of a Worker to its reviewer', purpose: 'review', block: 'mail' },
    prompt: (body) => told('review', unread({ sender: 'task/slugs', recipient: 'review/slugs', body })),
  },
  quoted: {
    ...{ name: 'mail of a person, who passes something on', purpose: 'implement', block: 'mail' },
    prompt: (body) => told('implement', unread({ sender: 'human', senderName: 'ann', body: quoting(body) })),
  },
  quotedToOrchestrator: {
    ...{ name: 'mail of a person to the Orchestrator, who passes something on', purpose: 'correspond', block: 'mail' },
    prompt: (body) => told('correspond', unread({ sender: 'human', senderName: 'ann', body: quoting(body) })),
  },
  quotedWord: {
    ...{ name: 'word of a person, who passes something on', purpose: 'implement', block: 'word' },
    prompt: (body) =>
      told('implement', unread({ kind: 'word', sender: 'human', senderName: 'ann', body: quoting(body) })),
  },
} as const satisfies Readonly<Record<string, Channel>>;
