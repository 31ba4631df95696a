/** What somebody buys: lines of a name, a quantity and a price for one. */

export function createBasket() {
  return { lines: [] };
}

/** A basket with one line more; the given one stays as it is. */
export function addLine(basket, { name, quantity = 1, unitCents }) {
  if (typeof name !== 'string' || name === '') throw new TypeError('a line needs a name');
  if (!Number.isInteger(quantity) || quantity < 1) throw new RangeError(`not a quantity: ${quantity}`);
  if (!Number.isSafeInteger(unitCents)) throw new TypeError(`not an amount in cents: ${unitCents}`);
  return { ...basket, lines: [...basket.lines, { name, quantity, unitCents }] };
}

/** The sum of all lines, in cents. */
export function subtotal(basket) {
  return basket.lines.reduce((sum, line) => sum + line.quantity * line.unitCents, 0);
}
