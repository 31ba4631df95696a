/** Follows the factory's events, and refetches what they make stale. */
import type { QueryClient } from '@tanstack/react-query';
import { API_PREFIX } from './api-prefix.ts';
import { type Change, type QueryKey, staleKeys } from './changes.ts';
import { openEvents } from './event-source.ts';

export interface Connection {
  readonly state: 'connecting' | 'live' | 'lost';
  /** Since when, as a time in ms. */
  readonly since: number;
}

/** At most one refetch of a query in so long; the first at once. */
const CALM_MS = 150;

/**
 * Reports each change of the connection. After a connection that was lost, or a position that the factory no longer
 * holds, everything on screen is read again. Returns what ends it.
 */
export function followChanges(queries: QueryClient, onConnection: (connection: Connection) => void): () => void {
  const refetch = createRefetch(queries);
  let position: string | undefined;
  let wasLost = false;
  const report = (state: Connection['state']) => onConnection({ state, since: Date.now() });
  const hear = (act: (data: string) => void) => (event: MessageEvent<string>) => {
    position = event.lastEventId || position;
    act(event.data);
  };

  return openEvents({
    address: () => `${API_PREFIX}/events${position === undefined ? '' : `?after=${encodeURIComponent(position)}`}`,
    onOpen() {
      report('live');
      // Reads may have failed meanwhile, and a first connection begins after the first reads did.
      if (wasLost || position === undefined) refetch.everything();
      wasLost = false;
    },
    onLost() {
      if (!wasLost) report('lost');
      wasLost = true;
    },
    on: {
      hello: hear(() => {}),
      reset: hear(() => refetch.everything()),
      change: hear((data) => refetch.these(staleKeys((JSON.parse(data) as { changes: Change[] }).changes))),
    },
  });
}

/**
 * Joins what comes in quick succession: the first change shows at once, the last one within CALM_MS. A read that is under
 * way is left to end, and what changed meanwhile is read after it: begun anew with each change, it would never end while
 * much happens.
 */
function createRefetch(queries: QueryClient) {
  const waiting = new Map<string, QueryKey>();
  let isCalm = true;

  const run = () => {
    if (waiting.size === 0) {
      isCalm = true;
      return;
    }
    isCalm = false;
    for (const [name, queryKey] of waiting) {
      if (queries.isFetching({ queryKey }) > 0) continue;
      waiting.delete(name);
      void queries.invalidateQueries({ queryKey });
    }
    setTimeout(run, CALM_MS);
  };

  return {
    these(changed: readonly QueryKey[]): void {
      for (const key of changed) waiting.set(key.join('\n'), key);
      if (isCalm) run();
    },
    everything: () => void queries.invalidateQueries(),
  };
}
