/** Finds epics, tasks, agents and pull requests by words. */
import { queryOptions } from '@tanstack/react-query';
import type { Answer } from '../../api/client/index.ts';
import { api, dataOf } from './api.ts';

export type Found = Answer<'Found'>;

const KEPT_MS = 60_000;

/** No event says that a search would find something else now, so each is asked again. */
export const searchFor = (words: string) =>
  queryOptions({
    queryKey: ['search', words],
    queryFn: ({ signal }): Promise<Found> => dataOf(api.GET('/search', { params: { query: { q: words } }, signal })),
    enabled: words !== '',
    staleTime: 0,
    gcTime: KEPT_MS,
    // Who typed the words looks at the answer: they press a key to ask again.
    refetchInterval: false,
  });
