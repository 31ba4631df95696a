/** A stream of the API's events in a page, opened again for as long as it is wanted. */
import { readEvents } from '../../api/client/events.ts';

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
  void follow();
  return () => ending.abort();

  async function follow(): Promise<void> {
    let last = '';
    // Who asks may take it back at once, when it turns out that the page cannot be seen.
    await pause(0);
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const opened = () => {
        attempt = 0;
        onOpen();
      };
      try {
        const headers = last === '' ? {} : { 'last-event-id': last };
        for await (const { event, data, id } of readEvents({ url, headers, signal, onOpen: opened })) {
          last = id;
          on[event]?.(data);
        }
      } catch {
        // Whatever it was, the next attempt says whether it has passed.
      }
      if (signal.aborted) return;
      onLost?.();
      await pause(PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)]);
    }
  }
}

const pause = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));
