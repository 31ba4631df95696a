/** What waits for a person: read, kept fresh, answered. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Answer } from '../../api/client/index.ts';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';

export type HumanRequest = Answer<'HumanRequest'>;

/** Open requests of all epics, longest waiting first. Every count of what waits is the length of this list. */
export const openRequests = queryOptions({
  queryKey: [...keys.requests, 'open'],
  queryFn: ({ signal }): Promise<HumanRequest[]> =>
    dataOf(api.GET('/human-requests', { params: { query: { state: 'open' } }, signal })),
});

export interface Given {
  readonly by: string;
  readonly decision: string;
  readonly comment?: string;
  readonly answer?: string;
}

/** Answers for the commit that was on screen: the API refuses the answer when another one has been pushed since. */
export function useRespond({ epicId, requestId, headSha }: HumanRequest) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (given: Given) =>
      dataOf(
        api.POST('/epics/{id}/respond', {
          params: { path: { id: epicId } },
          body: { ...given, ...(headSha === null ? {} : { headSha }), requestId },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.requests }),
  });
}

/** A budget is answered by its new cap. */
export function useSetCap(epicId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { readonly capUsd: number; readonly by: string }) =>
      dataOf(api.PUT('/epics/{id}/budget', { params: { path: { id: epicId } }, body })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.requests }),
  });
}
