/** Hosts, agents at work, quotas and merge lanes. */
import { queryOptions } from '@tanstack/react-query';
import type { Answer } from '../../api/client/index.ts';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';

export type Fleet = Answer<'Fleet'>;
export type FleetHost = Fleet['hosts'][number];
export type FleetAgent = Fleet['agents'][number];
export type Lane = Answer<'Lane'>;
type Lanes = Answer<'Lanes'>;

export const fleet = queryOptions({
  queryKey: keys.fleet,
  queryFn: ({ signal }): Promise<Fleet> => dataOf(api.GET('/fleet', { signal })),
});

export const lanes = queryOptions({
  queryKey: keys.lanes,
  queryFn: ({ signal }): Promise<Lanes> => dataOf(api.GET('/lanes', { signal })),
});
