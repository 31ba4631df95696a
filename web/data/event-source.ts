/** A stream of the API's events in a page, opened again for as long as it is wanted. */

export interface EventsWish {
  /** Asked for each time. */
  readonly address: () => string;
  readonly onOpen: () => void;
  /** Called with each failure. */
  readonly onLost?: () => void;
  readonly on: Readonly<Record<string, (event: MessageEvent<string>) => void>>;
}

const PAUSES_MS = [500, 1_000, 2_000, 5_000];

/** Returns what ends it. */
export function openEvents({ address, onOpen, onLost, on }: EventsWish): () => void {
  let attempt = 0;
  let ended = false;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = () => {
    source = new EventSource(address());
    source.onopen = () => {
      attempt = 0;
      onOpen();
    };
    source.onerror = () => {
      onLost?.();
      // The browser goes on by itself after a broken connection, and gives up for good after a refusal.
      if (source?.readyState !== EventSource.CLOSED || ended) return;
      timer = setTimeout(open, PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)]);
      attempt += 1;
    };
    for (const [name, act] of Object.entries(on)) source.addEventListener(name, act);
  };

  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    source?.close();
  };
}
