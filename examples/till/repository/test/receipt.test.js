import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addLine, createBasket } from '../src/basket.js';
import { formatReceipt } from '../src/receipt.js';

test('a receipt lists the lines and the total', () => {
  const basket = addLine(createBasket(), { name: 'Espresso', quantity: 2, unitCents: 280 });
  assert.deepEqual(formatReceipt(basket).split('\n'), [
    '2 x Espresso                5.60',
    '--------------------------------',
    'Total                       5.60',
  ]);
});

test('a long name is cut so that the amount stays whole', () => {
  const basket = addLine(createBasket(), { name: 'Sandwich with everything on it', unitCents: 123_450 });
  assert.equal(formatReceipt(basket).split('\n')[0], '1 x Sandwich with everyt 1234.50');
});
