/** Talking tools: an agent speaks to the decision log, to people and to other agents. Its own workflow carries them out. */
import { z } from 'zod';
import { IN_WORDS } from './in-words.ts';

export const TALKING_TOOLS = ['log_decision', 'send_mail', 'ask_human'] as const;
export type TalkingTool = (typeof TALKING_TOOLS)[number];

/** A decision worth knowing later, in the agent's own words. */
export const LogDecision = z.object({
  decision: z.string().trim().min(1).max(300),
  reasoning: z.string().trim().min(1).max(4_000),
});
export type LogDecision = z.infer<typeof LogDecision>;

const Option = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .refine((option) => !/[\p{Cc}\u2028\u2029]/u.test(option), 'an option is one line')
  .refine(
    (option) => !RESERVED.has(option.toLowerCase()),
    'answers in words are always possible: leave this option out',
  );

/** `cancel` cancels an epic wherever it is answered. */
const RESERVED: ReadonlySet<string> = new Set([IN_WORDS, 'cancel']);

const Options = z
  .array(Option)
  .min(2)
  .max(6)
  .refine((options) => new Set(options.map((option) => option.toLowerCase())).size === options.length, {
    message: 'each option once',
  });

const Why = z.string().trim().min(1).max(1_000);

/** A question for a person. */
export const AskHuman = z.object({
  question: z.string().trim().min(1).max(2_000),
  options: Options.optional(),
  why: Why,
});

/** Before there is a plan: all that a person must say first, in one request. */
export const AskBeforePlan = z.object({
  questions: z.array(z.string().trim().min(1).max(700)).min(1).max(3),
  why: Why,
});

/** A question of an agent as its parent asks it, while the agent is parked. */
export interface AgentQuestion {
  readonly requestId: string;
  readonly question: string;
  readonly options: readonly string[];
}

/** What a person answered to it. */
export interface QuestionAnswered {
  readonly requestId: string;
  /** One of its options. */
  readonly decision: string;
  readonly by: string;
  readonly answer?: string | undefined;
  readonly comment?: string | undefined;
}
