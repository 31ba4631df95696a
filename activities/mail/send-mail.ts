/** Mail of an agent: stored under its tool call, and announced to the workflow that waits for it. */
import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { finalFailure } from '../../clients/failures.ts';
import type { Database } from '../../db/connection.ts';
import { hasOrchestratorMail } from '../../db/reads/correspondence.ts';
import { countSent, countWaits, isAtWork, readAddressee } from '../../db/reads/mail-bounds.ts';
import { readUnread } from '../../db/reads/unread-mail.ts';
import { appendDecisions } from '../../db/writes/decisions.ts';
import { clearCall, isMailStored, storeMail } from '../../db/writes/mail.ts';
import { finishToolCall, readToolCall } from '../../db/writes/tool-calls.ts';
import { agentWorkflowId, epicWorkflowId } from '../../workflows/contract/ids.ts';
import { type Address, addressOf, isReadByPeople, MAILS_TO_ONE, SendMail } from '../../workflows/contract/mail.ts';
import { NO_QUESTIONS } from '../../workflows/contract/settings.ts';
import { type Purpose, ROLE_OF } from '../../workflows/contract/states.ts';
import { callReaders } from './call-readers.ts';
import { showOnIssue } from './show-on-issue.ts';

export interface MailCall {
  readonly agentId: string;
  readonly turn: number;
  readonly toolUseId: string;
  readonly epicId: string;
  readonly taskKey?: string;
  readonly purpose: Purpose;
}

interface Sender extends MailCall {
  readonly at: string;
  /** Questions to people are turned off in the epic. */
  readonly asksNobody?: boolean;
}

/** `awaits`: the call has its answer only when somebody answered, or the time for that is over. */
export type SentMail =
  | { readonly kind: 'answered' }
  | { readonly kind: 'awaits'; readonly to: Address; readonly since: string };

export interface MailDependencies {
  readonly db: Database;
  readonly temporal: Client;
  /** Mail to people is shown on the issue that its epic came from. */
  readonly hasTracker?: boolean;
}

export function createMailActivities({ db, temporal, hasTracker = false }: MailDependencies) {
  return {
    /**
     * Carries out a call of `send_mail`: stores the mail, logs it, answers the call unless it waits for an answer to the
     * mail, and calls whoever waits for mail at its address; mail to people is told to the epic's issue too. Only an agent
     * at work is waited for: people are asked by `ask_human`, and the Orchestrator waits for nobody. What does not fit, or
     * passes a bound, is the call's result.
     * Idempotent: by (agent, tool call): the mail and the result are stored in one transaction; calling twice is harmless.
     * Fails: NotFound (final) when there is no such call; else only when PostgreSQL or Temporal is away (retried).
     * Runs on: factory.
     */
    async sendMail(call: Sender): Promise<SentMail> {
      const { epicId, agentId: transcript, turn, toolUseId } = call;
      const row = await readToolCall(db, { transcript, turn, toolUseId });
      if (row === undefined) throw finalFailure('NotFound', `Turn ${turn} of ${transcript} has no call ${toolUseId}`);
      const mail = SendMail.safeParse(row.input);
      const isAnswered = row.output !== null;
      if (!mail.success) {
        if (!isAnswered) await answer(db, call, `This was not sent: ${z.prettifyError(mail.error)}`, true);
        return { kind: 'answered' };
      }
      const { to } = mail.data;
      const isSent = isAnswered || (await isMailStored(db, epicId, idOf(call)));
      const problem = isSent ? undefined : await whyNot(db, call, to);
      if (problem !== undefined) {
        await answer(db, call, `This was not sent: ${problem}`, true);
        return { kind: 'answered' };
      }
      const waits = mail.data.awaitReply === true && (await mayWait(db, call, to));
      const sent = await db.transaction().execute((trx) => store(trx, call, { mail: mail.data, waits }));
      await callReaders({ db, temporal }, epicId, to);
      if (hasTracker && isReadByPeople(to)) await showOnIssue({ db, temporal }, epicId, sent.number);
      return isAnswered || !waits ? { kind: 'answered' } : { kind: 'awaits', to, since: sent.at.toISOString() };
    },

    /**
     * Looks whether a call of `send_mail` that waits for an answer is over: with any mail for the agent, or when `isLast`.
     * Then it has its result, and the mail is told with the next turn. From now on new mail calls the agent again.
     * Idempotent: the first result stays.
     * Fails: NotFound (final) when there is no such call; else only when PostgreSQL is away (retried).
     * Runs on: factory.
     */
    async lookForMail({ isLast, ...call }: MailCall & { readonly isLast: boolean }): Promise<{ isOver: boolean }> {
      const { epicId, agentId: transcript, turn, toolUseId, purpose, taskKey } = call;
      await clearCall(db, agentWorkflowId(transcript));
      const row = await readToolCall(db, { transcript, turn, toolUseId });
      if (row === undefined) throw finalFailure('NotFound', `Turn ${turn} of ${transcript} has no call ${toolUseId}`);
      if (row.output !== null) return { isOver: true };
      const { to } = SendMail.parse(row.input);
      const unread = await readUnread(db, { epicId, transcript, purpose, taskKey });
      if (unread.length === 0 && !isLast) return { isOver: false };
      const waits = await countWaits(db, { transcript, turn, toolUseId, to });
      await answer(db, call, waitWords({ to, waits }, unread), false);
      return { isOver: true };
    },

    /**
     * Whether there is mail to the epic's Orchestrator that nobody has read. From now on new mail calls the epic again.
     * Idempotent: it only reads, and who is called once too often looks in vain.
     * Fails: only when PostgreSQL is away (retried).
     * Runs on: factory.
     */
    async lookForOrchestratorMail({ epicId }: { readonly epicId: string }): Promise<{ isThere: boolean }> {
      await clearCall(db, epicWorkflowId(epicId));
      return { isThere: await hasOrchestratorMail(db, epicId) };
    },
  };
}

/** The epic of a finished plan would be held open by an Orchestrator that waits. */
const mayWait = async (db: Database, { epicId, purpose }: MailCall, to: Address): Promise<boolean> =>
  purpose !== 'correspond' && !isReadByPeople(to) && (await isAtWork(db, epicId, to));

async function whyNot(db: Database, call: MailCall, to: Address): Promise<string | undefined> {
  const { epicId, agentId: transcript, turn, toolUseId, purpose, taskKey } = call;
  if (to === addressOf(purpose, taskKey)) return `${to} is your own address.`;
  const state = await readAddressee(db, epicId, to);
  if (state === undefined) return `There is no ${to} in this epic.`;
  if (state === 'COMPLETED' || state === 'CANCELLED') return `${to} has ended (${state}); nobody reads there any more.`;
  const sent = await countSent(db, { transcript, turn, toolUseId, to });
  if (sent < MAILS_TO_ONE) return undefined;
  return `You have written to ${to} ${sent} times in this round, which is the most. Go on with your work: decide for yourself, and say what you decided when you hand in.`;
}

interface Sending {
  readonly mail: SendMail;
  readonly waits: boolean;
}

/** Returns its number, and when it was sent, the last time if the same was sent before. */
async function store(db: Database, call: Sender, { mail, waits }: Sending): Promise<{ number: number; at: Date }> {
  const { epicId, agentId, purpose, taskKey, at } = call;
  const { to, subject, body } = mail;
  const { number, isNew, times, lastSentAt } = await storeMail(db, {
    ...{ id: idOf(call), epicId, kind: 'mail', recipient: to, subject, body },
    ...{ sender: addressOf(purpose, taskKey), senderTranscript: agentId, awaitReply: waits, at },
  });
  if (isNew) {
    await appendDecisions(db, [
      {
        ...{ key: `mail/${number}`, at: lastSentAt.toISOString(), epicId, actor: ROLE_OF[purpose], kind: 'decision' },
        ...(taskKey === undefined ? {} : { taskKey }),
        ...{ decision: `mail ${number} to ${to}`, reason: subject },
      },
    ]);
  }
  if (!waits) await answer(db, call, sentWords(call, mail, times), false);
  return { number, at: lastSentAt };
}

const idOf = ({ agentId, toolUseId }: MailCall): string => `${agentId}/${toolUseId}`;

function sentWords({ purpose, asksNobody }: Sender, { to, awaitReply = false }: SendMail, times: number): string {
  if (times > 1) return `The same mail is there already: it is counted (${times} times), and not told again.`;
  if (to === 'supervisor') return TO_SUPERVISOR;
  if (to === 'human') return toPeople(purpose, asksNobody === true);
  if (awaitReply && purpose !== 'correspond')
    return 'Sent. Nobody is at work there now, so go on without an answer: decide for yourself. One that comes later reaches you as mail.';
  return 'Sent. It is read with the next turn there; an answer reaches you as mail.';
}

const TO_SUPERVISOR =
  'Sent. People read it in their inbox, and an answer of theirs reaches you as mail. The Supervisor agent answers none: it is started only when a task has failed for good or nothing moves. What it judges a task by then, the newest mail among it, it takes as data.';

function toPeople(purpose: Purpose, asksNobody: boolean): string {
  const sent = 'Sent. People see it in their inbox; an answer reaches you as mail.';
  if (asksNobody)
    return `${sent} Nobody is asked in this epic (${NO_QUESTIONS}), so do not wait for one: decide yourself.`;
  const asks = purpose === 'plan' || purpose === 'implement';
  return asks ? `${sent} Go on meanwhile; if you cannot go on without one, use ask_human.` : sent;
}

/** Each wait of a round reads differently: one that goes on as it was advised to is no loop. */
function waitWords(
  { to, waits }: { readonly to: Address; readonly waits: number },
  unread: readonly { readonly sender: string }[],
): string {
  if (unread.some(({ sender }) => sender === to)) return `${to} has written; the mail follows.`;
  const which = waits === 0 ? '' : ` This was wait ${waits + 1} for ${to} in this round.`;
  if (unread.length > 0) {
    return `Something else has come before an answer from ${to}; it follows. To wait on, send the same mail again with awaitReply.${which}`;
  }
  return `Nobody has answered in time. Go on without: decide for yourself, and say what you assumed. An answer that comes later reaches you as mail.${which}`;
}

const answer = (db: Database, { agentId, turn, toolUseId }: MailCall, output: string, isError: boolean) =>
  finishToolCall(db, { transcript: agentId, turn, toolUseId }, { output, isError });
