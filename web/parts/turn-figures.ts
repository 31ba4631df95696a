/** Tokens, cache, cost and time of turns. Pure. */
import type { Turn } from '../data/transcript-pages.ts';
import { span } from './format.ts';
import { isFailed } from './tool-call.ts';

export interface Tokens {
  /** Read at full price. */
  readonly fresh: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
}

/** Of the Messages API's `usage`; what it does not say counts as nothing. */
export function tokensOf(usage: unknown): Tokens {
  const fields = (typeof usage === 'object' && usage !== null ? usage : {}) as Readonly<Record<string, unknown>>;
  const number = (key: string) => (typeof fields[key] === 'number' && fields[key] > 0 ? fields[key] : 0);
  return {
    fresh: number('input_tokens'),
    cacheRead: number('cache_read_input_tokens'),
    cacheWrite: number('cache_creation_input_tokens'),
    output: number('output_tokens'),
  };
}

export const inputOf = ({ fresh, cacheRead, cacheWrite }: Tokens): number => fresh + cacheRead + cacheWrite;

/** How much of the input came from the cache, from 0 to 1; undefined when nothing was read. */
export function cacheShare(tokens: Tokens): number | undefined {
  const input = inputOf(tokens);
  return input === 0 ? undefined : tokens.cacheRead / input;
}

/** How long the model took for it, in ms. */
export const modelMs = ({ startedAt, finishedAt }: Pick<Turn, 'startedAt' | 'finishedAt'>): number =>
  Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt));

/** How long its tools took in ms, from the start of the first to the end of the last, since some run side by side. */
export function toolsMs({ toolCalls }: Pick<Turn, 'toolCalls'>): number {
  const starts = toolCalls.flatMap(({ startedAt }) => (startedAt === null ? [] : Date.parse(startedAt)));
  const ends = toolCalls.flatMap(({ finishedAt }) => (finishedAt === null ? [] : Date.parse(finishedAt)));
  return starts.length === 0 || ends.length === 0 ? 0 : Math.max(0, Math.max(...ends) - Math.min(...starts));
}

export interface Totals extends Tokens {
  readonly turns: number;
  readonly calls: number;
  readonly failedCalls: number;
  readonly costUsd: number;
  readonly modelMs: number;
  readonly toolsMs: number;
}

export function totalsOf(turns: readonly Turn[]): Totals {
  const sum = (of: (turn: Turn) => number) => turns.reduce((total, turn) => total + of(turn), 0);
  const tokens = turns.map(({ usage }) => tokensOf(usage));
  const sumTokens = (key: keyof Tokens) => tokens.reduce((total, one) => total + one[key], 0);
  return {
    turns: turns.length,
    calls: sum(({ toolCalls }) => toolCalls.length),
    failedCalls: sum(({ toolCalls }) => toolCalls.filter(isFailed).length),
    costUsd: sum(({ costUsd }) => costUsd),
    modelMs: sum(modelMs),
    toolsMs: sum(toolsMs),
    fresh: sumTokens('fresh'),
    cacheRead: sumTokens('cacheRead'),
    cacheWrite: sumTokens('cacheWrite'),
    output: sumTokens('output'),
  };
}

/** "950", "12.3k", "1.2M" */
export function shortNumber(number: number): string {
  if (number < 1_000) return String(number);
  // 999,950 would be "1000.0k".
  return number < 999_950 ? `${(number / 1_000).toFixed(1)}k` : `${(number / 1_000_000).toFixed(1)}M`;
}

/** Whole percent that are only 0 or 100 when nothing or all is meant. */
export function percent(share: number): string {
  const whole = Math.round(share * 100);
  return `${share > 0 && share < 1 ? Math.min(99, Math.max(1, whole)) : whole} %`;
}

/** "0.8 s" below ten seconds, where `span` would say "0 s". */
export const shortSpan = (ms: number): string => (ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : span(ms));
