/** Sends the mails of one answer, in its order; one that waits for an answer holds the agent until it has some, or long enough. */

import { patched } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import { defined } from '../contract/optional-fields.ts';
import type { ToolCallRef } from '../contract/transcript.ts';
import { AWAIT_REPLY_MS, lookForMailMs } from '../options.ts';
import type { Agent } from './context.ts';
import { isRoundOver } from './round-state.ts';

/** May be repeated: each call is carried out once, and a wait goes on until the time that it had at first. */
export async function sendMails(agent: Agent, turn: number, calls: readonly ToolCallRef[]): Promise<readonly never[]> {
  const { agentId, epicId, purpose, taskKey, asksNobody } = agent.input;
  for (const { id: toolUseId, summary } of calls) {
    const call = { agentId, turn, toolUseId, epicId, purpose, ...defined({ taskKey }) };
    agent.tell('BUSY', `sends mail to ${summary}`);
    const sent = await factory.sendMail(`mail to ${summary}`, {
      ...call,
      at: new Date().toISOString(),
      ...(asksNobody === true ? { asksNobody } : {}),
    });
    if (sent.kind === 'awaits') await awaitReply(agent, call, sent);
  }
  return [];
}

type Call = Omit<Parameters<typeof factory.lookForMail>[1], 'isLast'>;

/** Any mail ends the wait, so that two who wait for each other do not. It is noticed without a signal too, if later. */
async function awaitReply(agent: Agent, call: Call, { to, since }: { to: string; since: string }): Promise<void> {
  // No turn is left to read an answer. Agents from before this pin waited all the same.
  const isForNothing = isRoundOver(agent) && patched('asks-on-last-turn');
  const until = isForNothing ? 0 : Date.parse(since) + AWAIT_REPLY_MS;
  for (let looks = 1; ; looks += 1) {
    const before = agent.mailCalls();
    const isLast = Date.now() >= until;
    const { isOver } = await factory.lookForMail(`has ${to} answered?`, { ...call, isLast });
    if (isOver) return;
    const reason = `an answer from ${to}, until ${new Date(until).toISOString().slice(0, 16)} at the latest`;
    agent.tell('WAITING', `waits for an answer from ${to}`, { kind: 'reply', reason });
    const pauseMs = Math.max(1_000, Math.min(until - Date.now(), lookForMailMs(looks)));
    await agent.runEnd.within(() => agent.mailCalls() > before, pauseMs, `an answer from ${to}`);
    await agent.pausePoint();
  }
}
