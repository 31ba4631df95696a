import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMoney } from '../src/money.js';

test('cents become an amount with two decimals', () => {
  assert.equal(formatMoney(1250), '12.50');
  assert.equal(formatMoney(5), '0.05');
  assert.equal(formatMoney(-199), '-1.99');
});

test('a fraction of a cent is refused', () => {
  assert.throws(() => formatMoney(12.5), TypeError);
});
