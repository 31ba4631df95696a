/** When to read an epic again: as the API's events say, or every moment while there are none. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Standstill } from '../api/client/standstill.ts';
import type { Api } from './api.ts';

/** How often to ask about an epic while no stream of events is open. */
const ASK_EVERY_MS = 400;
/** Changes that follow each other so closely are read together. */
const TOGETHER_MS = 100;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

const NEWS: ReadonlySet<string> = new Set(['hello', 'change', 'reset']);

export interface EpicChanges {
  /** Resolves when the epic may have changed, at the latest after `restMs` if that is given. */
  next(restMs?: number): Promise<void>;
  /** Why nothing can go on; null while it can, as far as is known. */
  standstill(): Standstill | null;
  end(): void;
}

/** Begins to listen with the first `next`. */
export function followEpic({ access }: Pick<Api, 'access'>, id: string): EpicChanges {
  const stopping = new AbortController();
  const { signal } = stopping;
  let isBegun = false;
  let isLive = false;
  let standstill: Standstill | null = null;
  let news = Promise.withResolvers<void>();

  async function listen(): Promise<void> {
    // Not before it is needed: most of what takes time in a command is loading.
    const { EventsRefused, readEvents } = await import('../api/client/events.ts');
    let position = '';
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        const { apiUrl, apiToken } = await access();
        const headers = {
          ...(apiToken === undefined ? {} : { authorization: `Bearer ${apiToken}` }),
          ...(position === '' ? {} : { 'last-event-id': position }),
        };
        const url = `${apiUrl}/events?epicId=${encodeURIComponent(id)}`;
        for await (const event of readEvents({ url, headers, signal })) {
          isLive = true;
          if (event.id !== '') position = event.id;
          if (event.event === 'standstill') standstill = JSON.parse(event.data) as Standstill | null;
          else if (!NEWS.has(event.event)) continue;
          pauseMs = FIRST_PAUSE_MS;
          news.resolve();
        }
      } catch (error) {
        // An older API has no events, and will not have them in a moment.
        if (error instanceof EventsRefused && error.status < 500 && error.status !== 429) return;
      }
      isLive = false;
      // Where nothing can go on, a new stream soon says so again.
      standstill = null;
      news.resolve();
      await pause(pauseMs, signal);
    }
  }

  return {
    async next(restMs) {
      if (!isBegun) void listen();
      isBegun = true;
      await pause(TOGETHER_MS, signal);
      const waiting = new AbortController();
      const ask = async () => {
        do await pause(ASK_EVERY_MS - TOGETHER_MS, waiting.signal);
        while (isLive && !waiting.signal.aborted);
      };
      const rest = restMs === undefined ? [] : [pause(restMs, waiting.signal)];
      await Promise.race([news.promise, ask(), ...rest]);
      waiting.abort();
      news = Promise.withResolvers();
    },
    standstill: () => standstill,
    end: () => stopping.abort(),
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<undefined> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
