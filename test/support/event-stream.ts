/** A reader of the API's events for tests: collects what comes until it is ended. */
import { type EventsRequest, readEvents, type ServerEvent } from '../../api/client/events.ts';
import type { Change } from '../../db/reads/changes.ts';
import { waitFor } from './wait-for.ts';

export interface Follower {
  readonly events: ServerEvent[];
  /** Of the events that came, in order. */
  changes(): Change[];
  /** The last id that came. */
  position(): string;
  /** Resolves with the first event of that name that comes or has come. */
  next(event: string): Promise<ServerEvent>;
  /** Resolves when the stream has ended, by itself or by `end`. */
  readonly ended: Promise<unknown>;
  end(): Promise<void>;
}

export function follow(request: EventsRequest): Follower {
  const stopping = new AbortController();
  const events: ServerEvent[] = [];
  const ended = (async () => {
    for await (const event of readEvents({ ...request, signal: stopping.signal })) {
      if (event.event !== 'open') events.push(event);
    }
  })().catch((error: unknown) => error);
  return {
    events,
    changes: () => events.filter(({ event }) => event === 'change').flatMap(({ data }) => JSON.parse(data).changes),
    position: () => events.at(-1)?.id ?? '',
    next: (name) => waitFor(() => events.find(({ event }) => event === name), { what: `an event "${name}"` }),
    ended,
    async end() {
      stopping.abort();
      await ended;
    },
  };
}
