/** A time of the day in words. Pure. */

/** With its day, where that is not the day of `now`. */
export const clockTime = (at: Date, now: Date): string =>
  at.toDateString() === now.toDateString() ? at.toLocaleTimeString() : at.toLocaleString();
