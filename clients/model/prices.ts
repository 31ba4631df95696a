/**
 * What a model call costs, and the most that it can cost, in micro-USD (1 USD = 1,000,000).
 * A price in USD for a million tokens is the same number of micro-USD for one token. List prices of November 2026 for
 * standard calls; fast mode and regional inference, which cost more, are never asked for.
 */

interface Prices {
  readonly input: number;
  readonly output: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly cacheRead: number;
}

interface ModelPrices extends Prices {
  /** Some models charge every token of a call more when its prompt is long. */
  readonly long?: { readonly abovePromptTokens: number; readonly prices: Prices };
}

/** Cache writes cost 1.25 and 2 times the input price on every model; cache reads differ. */
const prices = (input: number, output: number, cacheRead: number): Prices => ({
  input,
  output,
  cacheWrite5m: input * 1.25,
  cacheWrite1h: input * 2,
  cacheRead,
});

const MODELS: Readonly<Record<string, ModelPrices>> = {
  'claude-fable-5-2': prices(8, 40, 0.2),
  'claude-mythos-5-2': prices(8, 40, 0.2),
  'claude-fable-5-1': prices(10, 50, 0.25),
  'claude-mythos-5-1': prices(10, 50, 0.25),
  'claude-fable-5': prices(10, 50, 1),
  'claude-mythos-5': prices(10, 50, 1),
  'claude-mythos-preview': prices(25, 125, 2.5),
  'claude-opus-5-5': prices(4, 20, 0.2),
  'claude-opus-5': prices(5, 25, 0.5),
  'claude-opus-4-8': prices(5, 25, 0.5),
  'claude-opus-4-7': prices(5, 25, 0.5),
  'claude-opus-4-6': prices(5, 25, 0.5),
  'claude-opus-4-5': prices(5, 25, 0.5),
  'claude-opus-4-5-20251101': prices(5, 25, 0.5),
  'claude-sonnet-5-5': prices(2, 10, 0.1),
  'claude-sonnet-5': prices(2, 10, 0.2),
  'claude-sonnet-4-6': prices(3, 15, 0.3),
  'claude-sonnet-4-5': prices(3, 15, 0.3),
  'claude-sonnet-4-5-20250929': prices(3, 15, 0.3),
  'claude-haiku-5-5': {
    ...prices(0.1, 0.5, 0.01),
    long: { abovePromptTokens: 100_000, prices: prices(0.5, 2.5, 0.05) },
  },
  'claude-haiku-4-5': prices(1, 5, 0.1),
  'claude-haiku-4-5-20251001': prices(1, 5, 0.1),
};

/** A model that the table does not know costs as much as the dearest, so that no cap is passed by a new name. */
const DEAREST: ModelPrices = Object.values(MODELS).reduce((dearest, model) =>
  model.output > dearest.output ? model : dearest,
);

export const KNOWN_MODELS: readonly string[] = Object.keys(MODELS);

function pricesOf(model: string, promptTokens: number): Prices {
  const found = Object.hasOwn(MODELS, model) ? (MODELS[model] as ModelPrices) : DEAREST;
  return found.long !== undefined && promptTokens > found.long.abovePromptTokens ? found.long.prices : found;
}

/**
 * The most that one call can cost: each byte of the request's body counts as an input token at the dearest input
 * price (no tokenizer makes more tokens than bytes), and max_tokens are all written.
 */
export function upperBoundMicroUsd(requestBodyBytes: number, maxTokens: number, model: string): number {
  const price = pricesOf(model, requestBodyBytes);
  const dearestInput = Math.max(price.input, price.cacheWrite5m, price.cacheWrite1h, price.cacheRead);
  return roundUp(requestBodyBytes * dearestInput + maxTokens * price.output);
}

/** The parts of the SDK's Usage that cost something; what is null or missing counts as nothing. */
export interface BilledUsage {
  readonly input_tokens?: number | null;
  readonly output_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly cache_creation?: {
    readonly ephemeral_5m_input_tokens?: number | null;
    readonly ephemeral_1h_input_tokens?: number | null;
  } | null;
}

/** What a call has cost. Cache writes that are not broken down by lifetime count as the dearer kind. */
export function costMicroUsd(usage: BilledUsage, model: string): number {
  const input = tokens(usage.input_tokens);
  const cacheWrites = tokens(usage.cache_creation_input_tokens);
  const cacheWrites5m = Math.min(cacheWrites, tokens(usage.cache_creation?.ephemeral_5m_input_tokens));
  const cacheReads = tokens(usage.cache_read_input_tokens);
  const price = pricesOf(model, input + cacheWrites + cacheReads);
  return roundUp(
    input * price.input +
      tokens(usage.output_tokens) * price.output +
      cacheReads * price.cacheRead +
      cacheWrites5m * price.cacheWrite5m +
      (cacheWrites - cacheWrites5m) * price.cacheWrite1h,
  );
}

/** What an answered call counts for: its cost, or its bound when the usage does not say what was read and written. */
export function answeredMicroUsd(usage: BilledUsage | null | undefined, model: string, boundMicroUsd: number): number {
  const isTold = isCount(usage?.input_tokens) && isCount(usage?.output_tokens);
  return isTold ? costMicroUsd(usage as BilledUsage, model) : boundMicroUsd;
}

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const tokens = (value: unknown): number => (isCount(value) ? value : 0);

/** Up to a whole micro-USD, after taking away what binary fractions add (0.1 × 3 is not 0.3). */
const roundUp = (microUsd: number): number => Math.ceil(Number(microUsd.toFixed(6)));
