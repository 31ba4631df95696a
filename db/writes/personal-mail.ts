/** What a person writes to agents, through whichever door: stored and logged once, or refused where nobody reads it. */
import { type Address, taskOfAddress } from '../../workflows/contract/mail.ts';
import type { Database } from '../connection.ts';
import { type Unread, whyUnread } from '../reads/mail-readers.ts';
import { appendDecisions } from './decisions.ts';
import { isMailStored, lapseMail, type NewMail, storeMail } from './mail.ts';

export type PersonalMail = Omit<NewMail, 'sender' | 'recipient' | 'senderName'> & {
  readonly recipient: Address | 'epic';
  readonly by: string;
};

export type StoredPersonalMail =
  | { readonly kind: 'stored'; readonly number: number; readonly isNew: boolean }
  | ({ readonly kind: 'refused' } & Unread)
  /** The id was used before for something else. */
  | { readonly kind: 'other' };

/** Idempotent by id. Does not call those that wait for mail at its address. */
export async function storePersonalMail(db: Database, mail: PersonalMail): Promise<StoredPersonalMail> {
  const { by, ...rest } = mail;
  if (!(await isMailStored(db, mail.epicId, mail.id))) {
    const reason = await whyUnread(db, mail);
    if (reason !== undefined) return { kind: 'refused', ...reason };
  }
  const { number, isNew, isOther } = await db.transaction().execute(async (trx) => {
    const stored = await storeMail(trx, { ...rest, sender: 'human', senderName: by });
    if (stored.isNew) await log(trx, mail, stored.number);
    return stored;
  });
  if (isOther) return { kind: 'other' };
  // Its recipient may have ended since it was asked about.
  const lapsed = await lapseMail(db, mail.epicId);
  const reason = lapsed.includes(number) ? await whyUnread(db, mail) : undefined;
  return reason === undefined ? { kind: 'stored', number, isNew } : { kind: 'refused', ...reason };
}

async function log(db: Database, mail: PersonalMail, number: number): Promise<void> {
  const { epicId, recipient, kind, by, subject, body } = mail;
  const taskKey = taskOfAddress(recipient === 'epic' ? 'orchestrator' : recipient);
  const said = body.length > 500 ? `${body.slice(0, 499)}…` : body;
  await appendDecisions(db, [
    {
      ...{ key: `mail/${number}`, at: new Date().toISOString(), epicId, actor: by, kind: 'decision' },
      ...(taskKey === undefined ? {} : { taskKey }),
      decision: kind === 'word' ? `word ${number} to ${recipient}` : `mail ${number} to ${recipient}`,
      reason: kind === 'word' ? said : subject,
    },
  ]);
}

interface AnsweredMail {
  readonly number: number;
  readonly epicId: string;
  readonly from: string;
  readonly subject: string;
}

/** A person's answer to a mail, as another mail to its sender. */
export const replyTo = (
  { number, epicId, from, subject }: AnsweredMail,
  { id, body, by }: Pick<PersonalMail, 'id' | 'body' | 'by'>,
): PersonalMail => ({
  ...{ id, epicId, kind: 'mail', recipient: from as Address, body, by, replyTo: number },
  subject: subject.startsWith('Re: ') ? subject : `Re: ${subject}`.slice(0, 200),
});
