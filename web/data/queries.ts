/** How the pages read: kept until an event says that something changed, asked again by itself after a failure. */
import { QueryClient } from '@tanstack/react-query';
import { isRefusal } from './api.ts';

const ASK_AGAIN_MS = 2_000;

/** In how many ms a query that failed is asked again by itself. */
export const askAgain = (error: Error | null): number | false =>
  error !== null && !isRefusal(error) ? ASK_AGAIN_MS : false;

export const createQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // The event stream says what changed; nothing is asked while nothing happens.
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: false,
        // "Offline" says nothing of a factory on this machine.
        networkMode: 'always',
        refetchInterval: ({ state: { error } }) => askAgain(error),
        refetchIntervalInBackground: true,
      },
      mutations: { networkMode: 'always' },
    },
  });
