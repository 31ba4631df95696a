/** Finds secrets in a text of any length without keeping the thread: heartbeats of all activities wait for it. */
import { setImmediate } from 'node:timers/promises';
import { type Found, findSecrets } from './find-secrets.ts';

const PIECE = 250_000;
/** Longer than any secret, so that each is whole in one piece. */
const OVERLAP = 25_000;

/** As findSecrets, and lets others run before each piece. */
export async function findInPieces(text: string, file: string): Promise<Found[]> {
  const kept: Found[] = [];
  for (let from = 0; ; ) {
    await setImmediate();
    for (const found of findSecrets(text.slice(from, from + PIECE), file)) keep(kept, found, from);
    if (from + PIECE >= text.length) return kept;
    const next = from + PIECE - OVERLAP;
    const line = text.indexOf('\n', next) + 1;
    from = line > 0 && line < from + PIECE ? line : next;
  }
}

/** One that the piece before cut off is found again, whole; one that this piece began within is not. */
function keep(kept: Found[], found: Found, from: number): void {
  const [start, end] = [found.start + from, found.end + from];
  const last = kept.findLastIndex((one) => one.start <= start);
  const before = kept[last];
  if (before === undefined || before.end <= start) kept.push({ ...found, start, end });
  else if (before.start === start && end > before.end) kept[last] = { ...found, start, end };
}
