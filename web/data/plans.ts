/** The plan of an epic: what each of its tasks must achieve. */
import { queryOptions } from '@tanstack/react-query';
import type { Answer } from '../../api/client/index.ts';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';

export type PlannedTask = Answer<'PlannedTask'>;

/** In plan order; none before there is a plan. */
export const planOf = (epicId: string) =>
  queryOptions({
    queryKey: keys.plan(epicId),
    queryFn: async ({ signal }): Promise<PlannedTask[]> =>
      (await dataOf(api.GET('/epics/{id}/plan', { params: { path: { id: epicId } }, signal }))).tasks,
  });
