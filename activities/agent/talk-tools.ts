/** The talking tools as the API wants them. */
import type Anthropic from '@anthropic-ai/sdk';
import { SendMail } from '../../workflows/contract/mail.ts';
import { AskBeforePlan, AskHuman, LogDecision } from '../../workflows/contract/talk.ts';
import { schemaOf } from './tool-schema.ts';

export const LOG_DECISION: Anthropic.Tool = {
  name: 'log_decision',
  description: `Writes a decision of yours into the epic's decision log, where people read it later. Use it when you chose between
ways that a reader could wonder about, assumed something that nobody told you, or left something out on purpose:
\`decision\` in one sentence, \`reasoning\` with what spoke for it and against the others. Do not use it for progress, plans or
what the change itself shows; most tasks need none or one. Nobody answers, and it changes nothing.`,
  input_schema: schemaOf(LogDecision),
};

export const SEND_MAIL: Anthropic.Tool = {
  name: 'send_mail',
  description: `Writes to others at work on the epic. \`to\`: "orchestrator" (made the plan and knows the other tasks), "task/<key>" (the
engineer of that task), "human" (people, whose answer may take days) or "supervisor". Use it when you need something that neither your
task nor the repository says, and a wrong guess would cost much; or when you found what another must know: a mistake in the
plan, an interface that you changed. Do not use it for progress, thanks, or what you can decide yourself. \`body\` stands
alone, since its reader has not seen your work: what you know, what you ask, what you would do. With \`awaitReply\` you do
nothing until another agent has answered (an hour at most): only when you cannot go on without. The same mail again is counted and not told again, and a few mails to one address are the most in a round.`,
  input_schema: schemaOf(SendMail),
};

const ASK = 'ask_human';

export const ASK_HUMAN: Anthropic.Tool = {
  name: ASK,
  description: `Asks a person one question and waits for the answer, which may take days; you then go on here, with the answer as
the result. Use it when only a person can decide and a wrong guess would cost more than the wait: what is wanted can be read in
two ways that lead to different results, two requirements contradict each other, or a choice has consequences that cannot be
taken back. \`question\` says what you found and what you need to know, for somebody who has not seen the code; \`options\`
are two to six short answers where there are such (an answer in words is always possible); \`why\` says what hangs on it. Do
not use it for what the repository, the task or a command can tell you, for permission, for progress, or for taste: decide
that, and list it under \`assumed\` when you hand in. A round has few questions. Do not hand in in the same answer.`,
  input_schema: schemaOf(AskHuman),
};

export const ASK_BEFORE_PLAN: Anthropic.Tool = {
  name: ASK,
  description: `Asks a person, once and before you plan, up to three \`questions\` in one request, and waits for the answer, which
may take days; you then go on here, with the answer as the result. Use it when the epic is too thin to plan: what is wanted
cannot be told from its text and the repository together, and plans for its readings would differ. Look at the repository first:
ask only what it cannot answer. \`why\` says what hangs on it. Do not use it for how to build it, for taste or for approval of
your plan: decide that, and write it into the tasks.`,
  input_schema: schemaOf(AskBeforePlan),
};
