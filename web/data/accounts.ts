/** What happened in an epic, told from its decision log. */
import { queryOptions } from '@tanstack/react-query';
import type { Answer } from '../../api/client/index.ts';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';

export type Account = Answer<'Account'>;
export type Chapter = Account['chapters'][number];
export type Step = Chapter['steps'][number];

export const accountOf = (epicId: string) =>
  queryOptions({
    queryKey: keys.account(epicId),
    queryFn: ({ signal }): Promise<Account> =>
      dataOf(api.GET('/epics/{id}/account', { params: { path: { id: epicId } }, signal })),
  });
