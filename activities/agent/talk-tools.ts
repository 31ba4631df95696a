/** The talking tools as the API wants them. */
import type Anthropic from '@anthropic-ai/sdk';
import { SendMail } from '../../workflows/contract/mail.ts';
import { LogDecision } from '../../workflows/contract/talk.ts';
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
engineer of that task), "human" (people, who may take days) or "supervisor". Use it when you need something that neither your
task nor the repository says, and a wrong guess would cost much; or when you found what another must know: a mistake in the
plan, an interface that you changed. Do not use it for progress, thanks, or what you can decide yourself. \`body\` stands
alone, since its reader has not seen your work: what you know, what you ask, what you would do. With \`awaitReply\` you do
nothing until there is an answer (an hour at most, a week for people): only when you cannot go on without. The same mail
again is counted and not told again, and a few mails to one address are the most in a round.`,
  input_schema: schemaOf(SendMail),
};
