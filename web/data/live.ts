/** Follows the factory's events, and refetches what they make stale. */
import type { QueryClient } from '@tanstack/react-query';
import { API_PREFIX } from './api-prefix.ts';
import { type Change, type QueryKey, staleKeys } from './changes.ts';

export interface Connection {
  readonly state: 'connecting' | 'live' | 'lost';
  /** Since when, as a time in ms. */
  readonly since: number;
}

/** At most one refetch of a query in so long; the first at once. */
const CALM_MS = 150;
const PAUSES_MS = [500, 1_000, 2_000, 5_000];

/**
 * Reports each change of the connection. After a connection that was lost, or a position that the factory no longer
 * holds, everything on screen is read again. Returns what ends it.
 */
export function followChanges(queries: QueryClient, onConnection: (connection: Connection) => void): () => void {
  const refetch = createRefetch(queries);
  let position: string | undefined;
  let attempt = 0;
  let ended = false;
  let wasLost = false;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const report = (state: Connection['state']) => onConnection({ state, since: Date.now() });

  const open = () => {
    const after = position === undefined ? '' : `?after=${encodeURIComponent(position)}`;
    source = new EventSource(`${API_PREFIX}/events${after}`);
    source.onopen = () => {
      attempt = 0;
      report('live');
      // Reads may have failed meanwhile, and a first connection begins after the first reads did.
      if (wasLost || position === undefined) refetch.everything();
      wasLost = false;
    };
    source.onerror = () => {
      if (!wasLost) report('lost');
      wasLost = true;
      // The browser goes on by itself after a broken connection, and gives up for good after a refusal.
      if (source?.readyState !== EventSource.CLOSED || ended) return;
      timer = setTimeout(open, PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)]);
      attempt += 1;
    };
    const hear = (name: string, act: (data: string) => void) =>
      source?.addEventListener(name, (event) => {
        position = event.lastEventId || position;
        act(event.data as string);
      });
    hear('hello', () => {});
    hear('reset', () => refetch.everything());
    hear('change', (data) => refetch.these(staleKeys((JSON.parse(data) as { changes: Change[] }).changes)));
  };

  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    source?.close();
  };
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
