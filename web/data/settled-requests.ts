/** What people were asked and is settled: answered, replaced by a newer question, or withdrawn. */
import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';
import type { HumanRequest } from './human-requests.ts';

/** Those before them are in the logs of their epics. */
export const MOST_SETTLED = 50;

/** The newest first. */
export const settledRequests = queryOptions({
  queryKey: [...keys.requests, 'settled'],
  queryFn: ({ signal }): Promise<HumanRequest[]> =>
    dataOf(api.GET('/human-requests', { params: { query: { state: 'settled', limit: MOST_SETTLED } }, signal })),
});
