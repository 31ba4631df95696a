/** Prices: no answer costs more than its bound, and an unknown model is never cheap. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answeredMicroUsd, costMicroUsd, KNOWN_MODELS, upperBoundMicroUsd } from '../../clients/model/prices.ts';

const model = fc.constantFrom(...KNOWN_MODELS, 'claude-unheard-of');

test('whatever the usage, a call costs at most its bound', () => {
  const parts = fc.tuple(fc.nat(200_000), fc.nat(200_000), fc.nat(200_000), fc.nat(200_000));
  fc.assert(
    fc.property(model, parts, fc.nat(128_000), fc.nat(10_000), (name, [fresh, read, w5m, w1h], output, spare) => {
      const usage = {
        input_tokens: fresh,
        output_tokens: output,
        cache_read_input_tokens: read,
        cache_creation_input_tokens: w5m + w1h,
        cache_creation: { ephemeral_5m_input_tokens: w5m, ephemeral_1h_input_tokens: w1h },
      };
      const bytes = fresh + read + w5m + w1h + spare;
      assert.ok(costMicroUsd(usage, name) <= upperBoundMicroUsd(bytes, output + spare, name));
    }),
  );
});

test('a call is priced by its parts', () => {
  const usage = {
    input_tokens: 1_000,
    output_tokens: 2_000,
    cache_read_input_tokens: 10_000,
    cache_creation_input_tokens: 3_000,
    cache_creation: { ephemeral_5m_input_tokens: 2_000, ephemeral_1h_input_tokens: 1_000 },
  };
  // 1,000 × $4 + 2,000 × $20 + 10,000 × $0.20 + 2,000 × $5 + 1,000 × $8, each a million tokens
  assert.equal(costMicroUsd(usage, 'claude-opus-5-5'), 4_000 + 40_000 + 2_000 + 10_000 + 8_000);
});

test('what the API leaves out as null costs nothing, and undivided cache writes count as the dearer kind', () => {
  const nothing = {
    input_tokens: 10,
    output_tokens: 0,
    cache_read_input_tokens: null,
    cache_creation_input_tokens: null,
  };
  assert.equal(costMicroUsd({ ...nothing, cache_creation: null }, 'claude-opus-5-5'), 40);
  assert.equal(costMicroUsd({ ...nothing, cache_creation_input_tokens: 10 }, 'claude-opus-5-5'), 40 + 80);
});

test('a usage that does not say what was read and written counts as the bound, and odd parts as nothing', () => {
  const told = { input_tokens: 10, output_tokens: 0 };
  assert.equal(answeredMicroUsd(told, 'claude-opus-5-5', 700), 40);
  const odd = [undefined, null, {}, { ...told, output_tokens: null }, { ...told, input_tokens: Number.NaN }];
  for (const usage of odd) assert.equal(answeredMicroUsd(usage, 'claude-opus-5-5', 700), 700);
  assert.equal(
    costMicroUsd({ ...told, cache_read_input_tokens: Number.NaN, cache_creation: {} }, 'claude-opus-5-5'),
    40,
  );
});

test('a long prompt is dearer where the model says so', () => {
  assert.equal(costMicroUsd({ input_tokens: 100_000, output_tokens: 0 }, 'claude-haiku-5-5'), 10_000);
  assert.equal(costMicroUsd({ input_tokens: 100_001, output_tokens: 0 }, 'claude-haiku-5-5'), 50_001);
});

test('an unknown model is priced as the dearest', () => {
  for (const name of [...KNOWN_MODELS, 'constructor', '__proto__']) {
    assert.ok(upperBoundMicroUsd(1_000, 1_000, 'claude-unheard-of') >= upperBoundMicroUsd(1_000, 1_000, name));
  }
});
