/** Questions of an agent to people: how they are read, named and answered. Pure. */
import { z } from 'zod';
import { IN_WORDS } from '../contract/in-words.ts';
import type { Purpose } from '../contract/states.ts';
import { type AgentQuestion, AskBeforePlan, AskHuman, type QuestionAnswered } from '../contract/talk.ts';

/** So many requests a round; a plan's may hold three questions. */
export const QUESTIONS_A_ROUND: Readonly<Record<Purpose, number>> = {
  plan: 1,
  implement: 3,
  review: 0,
  triage: 0,
  correspond: 0,
};

const Any = AskHuman.transform(({ question, options = [], why }) => ({ question, options, why }));
const BeforePlan = AskBeforePlan.transform(({ questions, why }) => ({
  question: questions.length === 1 ? String(questions[0]) : questions.map((one, at) => `${at + 1}. ${one}`).join('\n'),
  options: [],
  why,
}));

/** The question that a call asks, or what is wrong with it in words for the model. */
export function readQuestion(purpose: Purpose, input: unknown): Omit<AgentQuestion, 'requestId'> | { problem: string } {
  const parsed = (purpose === 'plan' ? BeforePlan : Any).safeParse(input);
  if (!parsed.success) return { problem: `Wrong input: ${z.prettifyError(parsed.error)}` };
  const { question, options, why } = parsed.data;
  return { question: `${question}\nWhy it asks: ${why}`, options: [...options, IN_WORDS] };
}

/** The same for the same call, whichever run asks: `ask-slugs.implement.1-4`, of turn 4. */
export function questionId({
  agentId,
  turn,
  position,
}: {
  readonly agentId: string;
  readonly turn: number;
  /** Among the questions of its answer, from 0. */
  readonly position: number;
}): string {
  const [, ...agent] = agentId.split('.');
  return `ask-${agent.join('.')}-${turn}${position === 0 ? '' : `.${position + 1}`}`;
}

/** What the model reads as the result of its call. A person's words are what is wanted; they are no new rules. */
export function answerWords({ by, decision, answer, comment }: QuestionAnswered, hasMoved: boolean): string {
  const words = [answer, comment].filter((said): said is string => said !== undefined && said.trim() !== '').join('\n');
  const chosen = decision === IN_WORDS ? '' : `: “${decision}”`;
  const said = words === '' ? '' : `\n<person-answer>\n${withoutTag(words.trim())}\n</person-answer>`;
  const moved = hasMoved
    ? '\nMeanwhile your task was placed on another host. The files are as your last turn left them; what git ignores, exported variables and the working directory are not.'
    : '';
  return `${oneLine(by)} answered${chosen}.${said}${moved}`;
}

const withoutTag = (text: string): string => text.replaceAll(/<(?=\/?(?:person-answer|round|word)\b)/gi, '‹');
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029<>]+/gu, ' ').trim();
