/** Hosts, agents at work, quotas, merge lanes, and whether all that is needed is there. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Answer } from '../../api/client/index.ts';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';

export type Fleet = Answer<'Fleet'>;
export type FleetHost = Fleet['hosts'][number];
export type FleetAgent = Fleet['agents'][number];
export type Lane = Answer<'Lane'>;
type Lanes = Answer<'Lanes'>;
export type Health = Answer<'Health'>;

export const fleet = queryOptions({
  queryKey: keys.fleet,
  queryFn: ({ signal }): Promise<Fleet> => dataOf(api.GET('/fleet', { signal })),
});

export const lanes = queryOptions({
  queryKey: keys.lanes,
  queryFn: ({ signal }): Promise<Lanes> => dataOf(api.GET('/lanes', { signal })),
});

/** What is missing is what was asked for, though it comes as a failure: load balancers ask this, too. */
export const health = queryOptions({
  queryKey: keys.health,
  queryFn: ({ signal }): Promise<Health> =>
    dataOf(
      api.GET('/health', { signal }).then((outcome) => {
        const unready = outcome.error as Partial<Health> | undefined;
        return unready?.dependencies === undefined ? outcome : { data: unready as Health, response: new Response() };
      }),
    ),
});

/** Pauses the whole factory, or goes on after that. */
export function usePauseAll() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ wanted, by }: { readonly wanted: 'pause' | 'resume'; readonly by: string }) =>
      dataOf(wanted === 'pause' ? api.POST('/pause', { body: { by } }) : api.POST('/resume', { body: { by } })),
    onSettled: () => queries.invalidateQueries(),
  });
}
