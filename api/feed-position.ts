/** Where a reader of changes is: a snapshot of PostgreSQL as text, "xmin:xmax:xid,xid,…", which nobody else needs to read. */

const MOST_CHARACTERS = 8_000;
const MOST_XID = 2n ** 63n;
/** The lower half is PostgreSQL's own number of a transaction, which is never 0. */
const LOWER_HALF = 0xffffffffn;

/** Whether PostgreSQL takes it as a snapshot: two ordered numbers, and ascending ones between them. */
export function isPosition(text: string): boolean {
  const [, low, high, list = ''] = /^(\d{1,19}):(\d{1,19}):((?:\d{1,19},)*\d{1,19})?$/.exec(text) ?? [];
  if (low === undefined || high === undefined || text.length > MOST_CHARACTERS) return false;
  const [min, max] = [BigInt(low), BigInt(high)];
  if (max < min || max >= MOST_XID) return false;
  const open = list === '' ? [] : list.split(',').map(BigInt);
  const isOrdered = open.every((xid, i) => xid >= (open[i - 1] ?? min) && xid < max);
  return isOrdered && [min, max, ...open].every((xid) => (xid & LOWER_HALF) !== 0n);
}
