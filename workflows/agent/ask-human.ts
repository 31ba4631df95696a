/** A question to a person: the agent is parked until it is answered, and reads the answer as the result of its call. */
import { patched } from '@temporalio/workflow';
import { NO_QUESTIONS } from '../contract/settings.ts';
import type { AgentQuestion } from '../contract/talk.ts';
import type { ToolCallRef } from '../contract/transcript.ts';
import type { Agent } from './context.ts';
import { answerWords, QUESTIONS_A_ROUND, questionId, readQuestion } from './questions.ts';
import { isRoundOver } from './round-state.ts';
import type { Answer } from './tool-answer.ts';

/**
 * All questions of one answer are asked together, each as a request of its own. Never returns while one is open: the
 * agent's run ends, its parent gives the place back and asks, and the next run finds the answers in its carry.
 */
export async function askHuman(agent: Agent, turn: number, calls: readonly ToolCallRef[]): Promise<readonly Answer[]> {
  const { agentId, purpose, placement, asksNobody } = agent.input;
  const most = QUESTIONS_A_ROUND[purpose];
  const answers: Answer[] = [];
  const asks: AgentQuestion[] = [];
  for (const [position, { id: toolUseId, input }] of calls.entries()) {
    const requestId = questionId({ agentId, turn, position });
    const answered = agent.answered.find((answer) => answer.requestId === requestId);
    const refuse = (content: string) => answers.push({ toolUseId, content, isError: true });
    if (answered !== undefined) {
      const hasMoved = agent.askedOn !== undefined && agent.askedOn !== placement?.host;
      answers.push({ toolUseId, content: answerWords(answered, hasMoved), isError: false });
      continue;
    }
    const read = readQuestion(purpose, input);
    if (asksNobody === true) refuse(NOBODY);
    else if ('problem' in read) refuse(read.problem);
    else if (agent.questions + asks.length >= most) refuse(tooMany(most));
    // Agents from before this pin asked on the last turn too.
    else if (isRoundOver(agent) && patched('asks-on-last-turn')) refuse(LAST_TURN);
    else asks.push({ requestId, ...read });
  }
  if (asks.length > 0) await agent.askAndPark(asks);
  return answers;
}

const NOBODY = `Nobody is asked in this epic (${NO_QUESTIONS}). Decide yourself, and say what you assumed when you hand in.`;

const LAST_TURN = 'Nobody was asked: this was your last turn, so no answer would reach you.';

const tooMany = (most: number): string =>
  `A round may ask ${most === 1 ? 'once' : `${most} questions`}, and you have done so. Decide the rest yourself, and say what you assumed when you hand in.`;
