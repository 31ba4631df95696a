/** Which model a turn asks while one is overloaded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decideModel } from '../../activities/agent/choose-model.ts';
import { cacheTtlFor, withPause } from '../../workflows/agent/prompt-cache.ts';

const now = new Date('2030-01-01T00:00:00Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
const pin = { model: 'own', maxTokens: 1, promptHash: 'p', fallback: { model: 'other', afterSeconds: 300 } };
const decide = (sinceSeconds: number, lastSeconds: number, hold?: { until: Date; reason: string }) =>
  decideModel({ pin, hold, overload: { sinceSeconds, lastSeconds }, now });

test('the fallback takes over after the stated time, and the model itself is tried again after as long', () => {
  assert.equal(decide(299, 0).model, 'own');
  assert.equal(decide(300, 10).model, 'other');
  assert.equal(decide(900, 299).model, 'other');
  assert.equal(decide(900, 300).model, 'own', 'nobody has tried it for as long');
  assert.equal(decideModel({ pin, hold: undefined, overload: undefined, now }).model, 'own');
});

test('a hold of an overloaded model lasts no longer than until the fallback takes over', () => {
  const hold = { until: later(1_000), reason: 'overloaded' };
  assert.deepEqual(decide(100, 0, hold).hold?.until, later(200));
  const { model, hold: held } = decide(400, 400, hold);
  assert.deepEqual([model, held], ['other', undefined]);
  const alone = { model: 'own', maxTokens: 1, promptHash: 'p' };
  const overload = { sinceSeconds: 900, lastSeconds: 1 };
  assert.deepEqual(decideModel({ pin: alone, hold, overload, now }).hold, hold, 'without a fallback it lasts');
});

test('without a fallback, or an overload, only the pinned model is asked', () => {
  fc.assert(
    fc.property(fc.nat(5_000), fc.nat(5_000), fc.boolean(), (since, last, hasFallback) => {
      const { fallback, ...alone } = pin;
      const overload = hasFallback ? undefined : { sinceSeconds: since + last, lastSeconds: last };
      const chosen = decideModel({ pin: hasFallback ? { ...alone, fallback } : alone, hold: undefined, overload, now });
      assert.equal(chosen.model, 'own');
    }),
  );
});

test('an hour is asked for after a pause of more than four minutes, for the next three turns', () => {
  const minutes = (count: number) => count * 60_000;
  assert.equal(cacheTtlFor([]), undefined);
  let pauses = withPause([], minutes(4));
  assert.equal(cacheTtlFor(pauses), undefined);
  pauses = withPause(pauses, minutes(5));
  const asked = [1, 2, 3, 4].map(() => {
    const ttl = cacheTtlFor(pauses);
    pauses = withPause(pauses, minutes(1));
    return ttl;
  });
  assert.deepEqual(asked, ['1h', '1h', '1h', undefined]);
  assert.ok(pauses.length <= 3);
});
