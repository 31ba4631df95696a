/** Keeps the comments of people who interrupted an agent as their words, which the agent of the next turn reads. */
import type { Database } from '../../db/connection.ts';
import { storePersonalMail } from '../../db/writes/personal-mail.ts';
import { type Interrupt, isSteered } from '../../workflows/contract/interrupt.ts';
import { MAIL_LIMITS } from '../../workflows/contract/mail.ts';
import type { Purpose } from '../../workflows/contract/states.ts';

export interface Said {
  readonly epicId: string;
  readonly taskKey?: string;
  readonly purpose: Purpose;
  readonly said?: readonly Interrupt[];
}

/** To the agent's task, or to the epic while it is planned. Idempotent by the interrupt's id. */
export async function keepWords(db: Database, { epicId, taskKey, purpose, said = [] }: Said): Promise<void> {
  if (!isSteered(purpose)) return;
  const recipient = taskKey === undefined ? 'epic' : (`task/${taskKey}` as const);
  for (const { interruptId, by, comment = '' } of said) {
    const id = `interrupt/${epicId}/${interruptId}/${recipient}`;
    const body = comment.trim().slice(0, MAIL_LIMITS.body);
    await storePersonalMail(db, { id, epicId, kind: 'word', recipient, subject: '', body, by });
  }
}
