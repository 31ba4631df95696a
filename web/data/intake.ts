/** Issues of the tracker that asked to be built. */
import { queryOptions } from '@tanstack/react-query';
import type { Answer } from '../../api/client/index.ts';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';
import { MOST } from './limits.ts';

export type IntakeEntry = Answer<'IntakeEntry'>;

/** Newest look first. */
export const intake = queryOptions({
  queryKey: keys.intake,
  queryFn: ({ signal }): Promise<IntakeEntry[]> =>
    dataOf(api.GET('/intake', { params: { query: { limit: MOST.issues } }, signal })),
});
