/** Carries out the talking tools of one answer, after its commands: what each says is kept once, by the id of its call. */

import { factory } from '../activities.ts';
import { defined } from '../contract/optional-fields.ts';
import type { TalkingTool } from '../contract/talk.ts';
import type { ToolCallRef } from '../contract/transcript.ts';
import { askHuman } from './ask-human.ts';
import type { Agent } from './context.ts';
import { sendMails } from './mail.ts';
import type { Answer } from './tool-answer.ts';

/** All calls of one tool in one answer, in its order. Returns the answers that are not in the transcript yet. */
type Talk = (agent: Agent, turn: number, calls: readonly ToolCallRef[]) => Promise<readonly Answer[]>;

const TALKS: Readonly<Record<TalkingTool, Talk>> = {
  log_decision: logDecisions,
  send_mail: sendMails,
  // The last, since it may end the run.
  ask_human: askHuman,
};

/** May be repeated, as when the run ended before all calls of the turn were answered. */
export async function talk(agent: Agent, turn: number, calls: readonly ToolCallRef[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const [tool, say] of Object.entries(TALKS)) {
    const of = calls.filter(({ name }) => name === tool);
    if (of.length > 0) answers.push(...(await say(agent, turn, of)));
  }
  return answers;
}

async function logDecisions({ input }: Agent, turn: number, calls: readonly ToolCallRef[]): Promise<readonly Answer[]> {
  const { agentId, epicId, taskKey, purpose } = input;
  await factory.logDecisions(calls.map(({ summary }) => summary).join(' · '), {
    agentId,
    epicId,
    purpose,
    turn,
    toolUseIds: calls.map(({ id }) => id),
    ...defined({ taskKey }),
  });
  return [];
}
