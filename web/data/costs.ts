/** What an epic has cost. */
import { queryOptions } from '@tanstack/react-query';
import type { Answer } from '../../api/client/index.ts';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';

export type Costs = Answer<'Costs'>;

export const costsOf = (epicId: string) =>
  queryOptions({
    queryKey: keys.costs(epicId),
    queryFn: ({ signal }): Promise<Costs> =>
      dataOf(api.GET('/epics/{id}/costs', { params: { path: { id: epicId } }, signal })),
  });
