/** Mail and words of people that come over the API: stored, and called out to whoever waits for them. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Database } from '../db/connection.ts';
import { readersToCall } from '../db/reads/unread-mail.ts';
import { callOnce } from '../db/writes/mail.ts';
import { type PersonalMail, storePersonalMail } from '../db/writes/personal-mail.ts';
import { type Address, mailArrivedSignal } from '../workflows/contract/mail.ts';
import { ApiError } from './errors.ts';
import { inTime } from './executions.ts';

interface Post {
  readonly db: Database;
  readonly temporal: Client;
  readonly answerWithinMs: number;
  readonly log: { warn(details: object, message: string): void };
}

/**
 * Stores what a person writes, and calls the agents that wait for mail. Returns its number. The same id again is the same.
 * Fails: NotFound, EpicEnded or TaskEnded where nobody reads it any more, KeyReused when the id has another text.
 */
export async function postMail(post: Post, mail: PersonalMail): Promise<{ number: number; isNew: boolean }> {
  const stored = await storePersonalMail(post.db, mail);
  if (stored.kind === 'refused') throw new ApiError(stored.code, stored.message);
  if (stored.kind === 'other') {
    throw new ApiError('KeyReused', 'This Idempotency-Key was sent before with another content; use a new key');
  }
  await call(post, mail.epicId, mail.recipient);
  return { number: stored.number, isNew: stored.isNew };
}

/**
 * A call that does not get through costs time: agents that wait look by themselves, all others with their next turn, and
 * the epic is called for its Orchestrator by the reconciler. So while Temporal is away the sender does not wait for each.
 */
async function call({ db, temporal, answerWithinMs, log }: Post, epicId: string, recipient: Address | 'epic') {
  for (const workflowId of await readersToCall(db, epicId, recipient)) {
    try {
      const handle = temporal.workflow.getHandle(workflowId);
      const signal = () => inTime({ temporal, answerWithinMs }, () => handle.signal(mailArrivedSignal, {}));
      await callOnce(db, workflowId, signal);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) continue;
      log.warn({ err: error, workflowId }, 'Not called for its mail, nor is anybody after it');
      return;
    }
  }
}
