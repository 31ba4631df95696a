/** Mail and words of people: stored, logged and called out, or refused where nobody would read them. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Database } from '../db/connection.ts';
import { hasOpenTask, readAddressee } from '../db/reads/mail-bounds.ts';
import { readersToCall } from '../db/reads/unread-mail.ts';
import { appendDecisions } from '../db/writes/decisions.ts';
import { callOnce, isMailStored, lapseMail, type NewMail, storeMail } from '../db/writes/mail.ts';
import { type Address, mailArrivedSignal, taskOfAddress } from '../workflows/contract/mail.ts';
import { FINAL_STATES } from '../workflows/contract/state-names.ts';
import { ApiError } from './errors.ts';
import { inTime } from './executions.ts';

interface Post {
  readonly db: Database;
  readonly temporal: Client;
  readonly answerWithinMs: number;
  readonly log: { warn(details: object, message: string): void };
}

export type PersonalMail = Omit<NewMail, 'sender' | 'recipient' | 'senderName'> & {
  readonly recipient: Address | 'epic';
  readonly by: string;
};

/**
 * Stores what a person writes, and calls the agents that wait for mail. Returns its number. The same id again is the same.
 * Fails: NotFound, EpicEnded or TaskEnded where nobody reads it any more, KeyReused when the id has another text.
 */
export async function postMail(post: Post, mail: PersonalMail): Promise<{ number: number; isNew: boolean }> {
  const { db } = post;
  const { by, ...rest } = mail;
  if (!(await isMailStored(db, mail.epicId, mail.id))) await requireReader(db, mail);
  const { number, isNew, isOther } = await db.transaction().execute(async (trx) => {
    const stored = await storeMail(trx, { ...rest, sender: 'human', senderName: by });
    if (stored.isNew) await log(trx, mail, stored.number);
    return stored;
  });
  if (isOther) {
    throw new ApiError('KeyReused', 'This Idempotency-Key was sent before with another content; use a new key');
  }
  // Its recipient may have ended since it was asked about.
  const lapsed = await lapseMail(db, mail.epicId);
  if (lapsed.includes(number)) await requireReader(db, mail);
  await call(post, mail.epicId, mail.recipient);
  return { number, isNew };
}

async function requireReader(db: Database, mail: PersonalMail): Promise<void> {
  const { epicId, recipient, kind } = mail;
  const epic = await db.selectFrom('epics').select('state').where('id', '=', epicId).executeTakeFirst();
  if (epic === undefined) throw new ApiError('NotFound', `There is no epic "${epicId}"`);
  const remedy = 'submit another epic for what is missing';
  if (FINAL_STATES.has(epic.state))
    throw new ApiError('EpicEnded', `The epic has ended (${epic.state}), so nobody reads this any more; ${remedy}`);
  if (recipient === 'epic' || recipient === 'orchestrator') return requireOpenTask(db, mail, epic.state);
  const state = await readAddressee(db, epicId, recipient);
  if (state === undefined) throw new ApiError('NotFound', `There is no ${recipient} in the epic "${epicId}"`);
  if (state !== 'COMPLETED' && state !== 'CANCELLED') return;
  const what = kind === 'word' ? 'no Worker would read this' : 'nobody would read this mail';
  const how = state === 'COMPLETED' ? 'is merged' : 'is cancelled';
  const instead =
    state === 'COMPLETED' ? 'add a task, or reject the merge of the epic with a change' : 'retry it first';
  throw new ApiError('TaskEnded', `The task "${taskOfAddress(recipient)}" ${how}, so ${what}; ${instead}`);
}

/** An epic without tasks is being planned, and its planner is told. */
async function requireOpenTask(db: Database, { epicId, kind }: PersonalMail, state: string): Promise<void> {
  if (state === 'PLANNING' || (await hasOpenTask(db, epicId))) return;
  const what = kind === 'word' ? 'no Worker is told this' : 'its Orchestrator reads no mail';
  const remedy = 'reject the merge with a change, or submit another epic';
  throw new ApiError('TaskEnded', `Every task of the epic has ended, so ${what} any more; ${remedy}`);
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

/** A call that does not get through costs time: whoever waits looks by itself, and everybody else with its next turn. */
async function call({ db, temporal, answerWithinMs, log }: Post, epicId: string, recipient: Address | 'epic') {
  for (const workflowId of await readersToCall(db, epicId, recipient)) {
    try {
      const handle = temporal.workflow.getHandle(workflowId);
      const signal = () => inTime({ temporal, answerWithinMs }, () => handle.signal(mailArrivedSignal, {}));
      await callOnce(db, workflowId, signal);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) log.warn({ err: error, workflowId }, 'Not called for its mail');
    }
  }
}
