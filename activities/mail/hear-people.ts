/** Takes what people write to agents on a pull request or an issue, and stores it like words and answers sent by the API. */
import type { Client } from '@temporalio/client';
import type { Database } from '../../db/connection.ts';
import { readThread } from '../../db/reads/mail.ts';
import { lapseUnheard, readMail } from '../../db/writes/mail.ts';
import { type PersonalMail, replyTo, storePersonalMail } from '../../db/writes/personal-mail.ts';
import { type Address, isReadByPeople, MAIL_LIMITS } from '../../workflows/contract/mail.ts';
import type { Heard, PersonSaid } from '../../workflows/contract/person-said.ts';
import { callReaders } from './call-readers.ts';

export interface HearPeopleInput {
  readonly epicId: string;
  readonly said: readonly PersonSaid[];
}

export function createHearPeople({ db, temporal }: { readonly db: Database; readonly temporal: Client }) {
  return {
    /**
     * Stores and logs what people said, in its order, and calls the agents that wait for mail. Returns for each what became
     * of it; what nobody would read is refused with the reason.
     * Idempotent: by the ids of what was said; twice is harmless.
     * Fails: only when PostgreSQL or Temporal is away (retried).
     * Runs on: factory.
     */
    async hearPeople({ epicId, said }: HearPeopleInput): Promise<Heard[]> {
      const heard: Heard[] = [];
      for (const one of said) heard.push(await hear(epicId, one));
      return heard;
    },

    /**
     * Of words to a task's Worker, by the ids of what was said: returns those that no Worker has read, and that none will
     * read from now on, since their caller passes them on in another way.
     * Idempotent: what was taken back stays so.
     * Fails: only when PostgreSQL is away (retried).
     * Runs on: factory.
     */
    async takeBackUnheard({ epicId, ids }: { readonly epicId: string; readonly ids: readonly string[] }) {
      return { unheard: await lapseUnheard(db, epicId, ids) };
    },
  };

  async function hear(epicId: string, said: PersonSaid): Promise<Heard> {
    const { id, by } = said;
    const body = said.text.trim().slice(0, MAIL_LIMITS.body).toWellFormed();
    const { to } = said;
    if (to.kind === 'word') {
      return post({ id, epicId, kind: 'word', recipient: to.recipient, subject: '', body, by });
    }
    const mail = (await readThread(db, to.number))?.mail;
    if (mail === undefined || mail.epicId !== epicId)
      return { kind: 'refused', reason: `There is no mail ${to.number} in this epic` };
    if (!isReadByPeople(mail.to as Address) || mail.from === 'human')
      return { kind: 'refused', reason: `Mail ${to.number} is not to people` };
    const heard = await post(replyTo(mail, { id, body, by }));
    if (heard.kind === 'stored') await readMail(db, to.number, by);
    return heard;
  }

  async function post(mail: PersonalMail): Promise<Heard> {
    const stored = await storePersonalMail(db, mail);
    if (stored.kind === 'refused') return { kind: 'refused', reason: stored.message };
    // A comment that was edited since is the same one.
    if (stored.kind === 'other') return { kind: 'refused', reason: 'This was heard before, in other words' };
    const { recipient } = mail;
    await callReaders({ db, temporal }, mail.epicId, recipient);
    return { kind: 'stored', number: stored.number, recipient };
  }
}
