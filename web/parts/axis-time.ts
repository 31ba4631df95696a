/** Times below a chart. Pure. */

const MINUTES_MS = 10 * 60_000;
const DAY_MS = 86_400_000;

/** A time in ms on an axis that spans so many ms: with seconds on a short one, with the day on a long one. */
export function axisTime(at: number, spanMs: number): string {
  const minutes = { hour: '2-digit', minute: '2-digit' } as const;
  if (spanMs < MINUTES_MS) return new Date(at).toLocaleTimeString([], { ...minutes, second: '2-digit' });
  if (spanMs < DAY_MS) return new Date(at).toLocaleTimeString([], minutes);
  return new Date(at).toLocaleString([], { month: 'short', day: 'numeric', ...minutes });
}
