import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addLine, createBasket, subtotal } from '../src/basket.js';

test('the subtotal is the sum of all lines', () => {
  const espresso = addLine(createBasket(), { name: 'Espresso', quantity: 2, unitCents: 280 });
  assert.equal(subtotal(addLine(espresso, { name: 'Croissant', unitCents: 190 })), 750);
});

test('adding a line leaves the basket as it was', () => {
  const empty = createBasket();
  addLine(empty, { name: 'Espresso', unitCents: 280 });
  assert.deepEqual(empty.lines, []);
});

test('a line that nobody can buy is refused', () => {
  assert.throws(() => addLine(createBasket(), { name: '', unitCents: 1 }), TypeError);
  assert.throws(() => addLine(createBasket(), { name: 'Tea', quantity: 0, unitCents: 1 }), RangeError);
  assert.throws(() => addLine(createBasket(), { name: 'Tea', unitCents: 1.5 }), TypeError);
});
