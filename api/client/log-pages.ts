/** A decision log as it is read: whole once, and after a change only what may be new. Pure. */

interface Entry {
  readonly id: number;
}

/** Entries that are written at the same time may come to be seen in another order than that of their ids. */
const UNSETTLED_ENTRIES = 50;

/** The id after which to read on: all entries up to it are known. */
export const settledEntry = (known: readonly Entry[]): number => known.at(-1 - UNSETTLED_ENTRIES)?.id ?? 0;

/** Those that have to be kept to know which of a page were read before. */
export const newestEntries = <One extends Entry>(known: readonly One[]): One[] =>
  known.toSorted((one, other) => one.id - other.id).slice(-1 - UNSETTLED_ENTRIES);

/** What is known up to `after`, with the page that was read after it. */
export const joinEntries = <One extends Entry>(known: readonly One[], page: readonly One[], after: number): One[] => [
  ...known.filter(({ id }) => id <= after),
  ...page,
];
