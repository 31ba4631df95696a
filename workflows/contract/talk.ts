/** Talking tools: an agent speaks to the decision log, to people and to other agents. Its own workflow carries them out. */
import { z } from 'zod';

/** A decision worth knowing later, in the agent's own words. */
export const LogDecision = z.object({
  decision: z.string().trim().min(1).max(300),
  reasoning: z.string().trim().min(1).max(4_000),
});
export type LogDecision = z.infer<typeof LogDecision>;

export const TALKING_TOOLS = ['log_decision', 'send_mail'] as const;
export type TalkingTool = (typeof TALKING_TOOLS)[number];
