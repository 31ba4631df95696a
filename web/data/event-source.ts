/** A stream of the API's events in a page, opened again for as long as it is wanted. */
import { EventsRefused, readEvents } from '../../api/client/events.ts';

export interface EventsWish {
  readonly url: string;
  readonly onOpen: () => void;
  /** Called with each failure: refused, broken, or without a sign of life. */
  readonly onLost?: () => void;
  readonly on: Readonly<Record<string, (data: string) => void>>;
}

const PAUSES_MS = [500, 1_000, 2_000, 5_000];

/**
 * Resumes after the last event that was received. By fetch rather than EventSource, which gives up for good after a
 * refusal, and does not notice a connection that has died in silence. Returns what ends it.
 */
export function openEvents({ url, onOpen, onLost, on }: EventsWish): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  let last = '';
  let attempt = 0;
  void follow();
  return () => ending.abort();

  async function follow(): Promise<void> {
    // A page that turns out to be hidden ends its wish at once.
    await pause(0);
    while (!signal.aborted) {
      await readUntilLost();
      if (signal.aborted) return;
      onLost?.();
      await pause(PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)]);
      attempt += 1;
    }
  }

  async function readUntilLost(): Promise<void> {
    const opened = () => {
      attempt = 0;
      onOpen();
    };
    const headers = last === '' ? {} : { 'last-event-id': last };
    const events = readEvents({ url, headers, signal, onOpen: opened });
    for (;;) {
      const next = await events.next().catch((error: unknown) => {
        // Another version of the API may not know the position; without it the stream begins again.
        if (error instanceof EventsRefused && error.status === 400) last = '';
        return undefined;
      });
      if (next === undefined || next.done === true) return;
      last = next.value.id;
      on[next.value.event]?.(next.value.data);
    }
  }
}

const pause = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));
