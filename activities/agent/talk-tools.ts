/** The talking tools as the API wants them. */
import type Anthropic from '@anthropic-ai/sdk';
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
