/** An order that reaches an agent as data, with a model that obeys it: what docs/security.md says of it, and what tests run. */
import { toolCallRef } from '../../../activities/agent/tools.ts';
import {
  isAllowed,
  isFinishing,
  isQuestion,
  isTalking,
  readOutcome,
  type ToJudge,
} from '../../../workflows/agent/judge-answer.ts';
import { readQuestion } from '../../../workflows/agent/questions.ts';
import type { AgentOutcome } from '../../../workflows/contract/agent.ts';
import type { Purpose } from '../../../workflows/contract/states.ts';

export interface Injection {
  readonly id: string;
  /** What carries the order, for people. */
  readonly channel: string;
  /** What the text wants, for people. */
  readonly order: string;
  /** Why nothing comes of it though the model obeys, for people. */
  readonly stops: string;
}

export interface Channel {
  /** For people. */
  readonly name: string;
  readonly purpose: Purpose;
  /** The block of the prompt that holds the text. */
  readonly block: string;
  readonly prompt: (text: string) => string;
}

/** A tool call that the model makes since a text told it to. */
export interface ObeyedCall {
  readonly name: string;
  readonly input?: unknown;
}

export type Fate =
  | { readonly kind: 'no such tool' }
  /** A word to the log or to people, which does nothing by itself. */
  | { readonly kind: 'says' }
  /** Read-only calls run in a copy that is thrown away, and the tools hold them to looking. */
  | { readonly kind: 'runs on the host'; readonly readOnly: boolean }
  | { readonly kind: 'refused'; readonly problem: string }
  | { readonly kind: 'accepted'; readonly outcome: AgentOutcome };

/** What the agent's workflow makes of a call, by the functions that decide it. */
export function fateOf(purpose: Purpose, { name, input = {} }: ObeyedCall, toJudge: ToJudge = {}): Fate {
  const call = toolCallRef({ id: 'c1', name, input }, purpose);
  if (!isAllowed(purpose, call)) return { kind: 'no such tool' };
  if (isTalking(call)) {
    const asked = isQuestion(call) ? readQuestion(purpose, input) : undefined;
    if (asked !== undefined && 'problem' in asked) return { kind: 'refused', problem: asked.problem };
    return { kind: 'says' };
  }
  if (!isFinishing(call)) return { kind: 'runs on the host', readOnly: call.readOnly };
  const read = readOutcome(call, toJudge);
  return 'problem' in read ? { kind: 'refused', ...read } : { kind: 'accepted', ...read };
}

/** The innermost block of a prompt that the words stand in: its tags are lines of their own. */
export function blockOf(prompt: string, words: string): string | undefined {
  const at = prompt.indexOf(words);
  if (at === -1) throw new Error('The prompt does not hold the words');
  const open: string[] = [];
  for (const line of prompt.slice(0, at).split('\n')) {
    const [, close, tag] = /^<(\/?)([a-z-]+)(?: [^>]*)?>$/.exec(line) ?? [];
    if (tag === undefined) continue;
    if (close === '') open.push(tag);
    else while (open.length > 0 && open.pop() !== tag);
  }
  return open.at(-1);
}
