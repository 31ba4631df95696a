/** Any number of signals leads to one look a minute, of which the first few come at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newLookRate, refill, takeLook } from '../../workflows/look-rate.ts';
import { LOOK_PAUSE_MS, LOOKS_AT_ONCE } from '../../workflows/options.ts';

test('a few looks come at once, the next one a minute later', () => {
  const rate = newLookRate(0);
  for (let i = 0; i < LOOKS_AT_ONCE; i += 1) assert.equal(takeLook(rate, 1_000), 0);
  assert.equal(takeLook(rate, 1_000), LOOK_PAUSE_MS);
  assert.equal(takeLook(rate, 31_000), LOOK_PAUSE_MS - 30_000);
  assert.equal(takeLook(rate, 61_000), 0);
  assert.ok(takeLook(rate, 61_000) > 0);
  refill(rate);
  assert.equal(takeLook(rate, 61_000), 0, 'something new was seen');
});

test('whenever signals come, looks stay within the rate, and waiting as told is enough', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(90_000), { minLength: 1, maxLength: 300 }), (pauses) => {
      const rate = newLookRate(0);
      let now = 0;
      let looks = 0;
      for (const pause of pauses) {
        now += pause;
        const wait = takeLook(rate, now);
        if (wait === 0) looks += 1;
        else assert.equal(takeLook(structuredClone(rate), now + wait), 0);
      }
      assert.ok(looks <= LOOKS_AT_ONCE + now / LOOK_PAUSE_MS + 1);
    }),
  );
});
