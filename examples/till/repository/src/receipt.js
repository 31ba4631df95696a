/** A basket as text, 32 columns wide. */
import { subtotal } from './basket.js';
import { formatMoney } from './money.js';

const WIDTH = 32;

export function formatReceipt(basket) {
  const rows = basket.lines.map((line) => row(`${line.quantity} x ${line.name}`, line.quantity * line.unitCents));
  rows.push('-'.repeat(WIDTH));
  const total = subtotal(basket);
  rows.push(row('Total', total));
  return rows.join('\n');
}

/** The label to the left, the amount to the right; a long label is cut, never the amount. */
function row(label, cents) {
  const amount = formatMoney(cents);
  return label.slice(0, WIDTH - amount.length - 1).padEnd(WIDTH - amount.length) + amount;
}
