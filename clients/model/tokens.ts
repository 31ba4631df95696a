/** How many tokens a model call uses, and the most that it can use: all that is read, cached or not, and written. */
import { type BilledUsage, isCount } from './prices.ts';

/** Each byte of the request's body counts as a token, since no tokenizer makes more tokens than bytes. */
export const upperBoundTokens = (requestBodyBytes: number, maxTokens: number): number => requestBodyBytes + maxTokens;

/** What an answered call used, or its bound when the usage does not say. */
export function answeredTokens(usage: BilledUsage | null | undefined, boundTokens: number): number {
  const { input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens } = usage ?? {};
  if (!isCount(input_tokens) || !isCount(output_tokens)) return boundTokens;
  return [input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens]
    .filter(isCount)
    .reduce((sum, count) => sum + count, 0);
}
