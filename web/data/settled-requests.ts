/** What people were asked and is settled: answered, replaced by a newer question, or withdrawn. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';
import type { HumanRequest } from './human-requests.ts';

const PAGE = 50;

/** The newest first, page by page. */
export const settledRequests = infiniteQueryOptions({
  queryKey: keys.settled,
  queryFn: ({ pageParam: before, signal }): Promise<HumanRequest[]> =>
    dataOf(
      api.GET('/human-requests', {
        params: { query: { state: 'settled', limit: PAGE, ...(before === undefined ? {} : { before }) } },
        signal,
      }),
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: pageAfter,
  select: ({ pages }) => pages.flat(),
});

/** Settled before this time, where there may be more: a page may be longer than asked for, but not shorter. */
export function pageAfter(page: readonly Pick<HumanRequest, 'closedAt' | 'askedAt'>[]): string | undefined {
  const last = page.at(-1);
  return last === undefined || page.length < PAGE ? undefined : (last.closedAt ?? last.askedAt);
}
