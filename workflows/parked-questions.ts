/** What a parked agent has asked: the request of each question, and the round once people have answered. Pure. */

import type { Question } from './ask-person.ts';
import type { ParkedRound } from './contract/agent.ts';
import { defined } from './contract/optional-fields.ts';
import { cut, oneLine } from './contract/short-text.ts';
import type { AgentQuestion, QuestionAnswered } from './contract/talk.ts';

export const requestOf = ({ requestId, question, options }: AgentQuestion, taskKey?: string): Question => ({
  requestId,
  kind: 'agent-question',
  question,
  options: [...options],
  ...defined({ taskKey }),
});

/** The agent goes on from there. */
export function withAnswers({ asks: _, ...parked }: ParkedRound, answered: readonly QuestionAnswered[]): ParkedRound {
  return { ...parked, carry: { ...parked.carry, answered } };
}

/** The hold of a workflow that waits: the first words of the question. */
export function askedWords(asks: readonly AgentQuestion[]): string {
  const [first, ...more] = asks.map(({ question }) => oneLine(question));
  return `asks a person: ${cut(first ?? '', 120)}${more.length === 0 ? '' : ` (and ${more.length} more)`}`;
}
