/** Follows the factory's events, and refetches what they make stale. */
import type { QueryClient } from '@tanstack/react-query';
import type { Standstill } from '../../api/client/standstill.ts';
import { API_PREFIX } from './api-prefix.ts';
import { type Change, type QueryKey, staleKeys } from './changes.ts';
import { openEvents } from './event-source.ts';
import { createRefetch } from './refetch.ts';
import { shareAmongTabs } from './tabs.ts';

export interface Connection {
  readonly state: 'connecting' | 'live' | 'lost';
  /** Since when, as a time in ms. */
  readonly since: number;
  /** Why nothing can go on; null while it can, as far as is known. */
  readonly standstill: Standstill | null;
}

/** What the tab that follows the events tells all others. */
type News =
  | { readonly kind: 'connection'; readonly connection: Connection }
  | { readonly kind: 'stale'; readonly keys: readonly QueryKey[] }
  | { readonly kind: 'everything' };

/** How soon a tab that was opened later knows how the connection is. */
const REPEAT_MS = 1_000;

/**
 * Reports each change of the connection. Where changes may have been missed, everything on screen is read again: at the
 * beginning of a stream, at a position that the factory no longer holds, and in a tab that was opened later. Returns what
 * ends it.
 */
export function followChanges(queries: QueryClient, onConnection: (connection: Connection) => void): () => void {
  const refetch = createRefetch(queries);
  let known: Connection | undefined;
  return shareAmongTabs<News>({
    // Of what tabs tell each other: one of another version would not understand it.
    name: 'factory-events-2',
    lead: followEvents,
    onNews(news, isOwn) {
      if (news.kind === 'stale') refetch.these(news.keys);
      if (news.kind === 'everything') refetch.everything();
      if (news.kind !== 'connection' || (known !== undefined && isSame(news.connection, known))) return;
      if (!isOwn && known === undefined) refetch.everything();
      known = news.connection;
      onConnection(known);
    },
  });
}

const isSame = (a: Connection, b: Connection): boolean =>
  a.since === b.since && a.standstill?.since === b.standstill?.since;

/** The one stream of the browser. */
function followEvents(tell: (news: News) => void): () => void {
  let connection: Connection | undefined;
  const report = (state: Connection['state']) => {
    if (connection?.state === state) return;
    // Where nothing can go on, a new stream soon says so again.
    connection = { state, since: Date.now(), standstill: null };
    tell({ kind: 'connection', connection });
  };
  const reportStandstill = (standstill: Standstill | null) => {
    if (connection === undefined) return;
    connection = { ...connection, standstill };
    tell({ kind: 'connection', connection });
    if (standstill === null) everything();
  };
  const everything = () => tell({ kind: 'everything' });
  const repeat = setInterval(() => connection !== undefined && tell({ kind: 'connection', connection }), REPEAT_MS);
  const end = openEvents({
    url: `${API_PREFIX}/events`,
    onOpen: () => report('live'),
    onLost: () => report('lost'),
    on: {
      hello: everything,
      reset: everything,
      standstill: (data) => reportStandstill(JSON.parse(data) as Standstill | null),
      change: (data) => tell({ kind: 'stale', keys: staleKeys((JSON.parse(data) as { changes: Change[] }).changes) }),
    },
  });
  return () => {
    clearInterval(repeat);
    end();
  };
}
