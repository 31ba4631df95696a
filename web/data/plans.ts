/** The plan of an epic: what each of its tasks must achieve, how it has changed, and changing it. */
import { notifications } from '@mantine/notifications';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Answer } from '../../api/client/index.ts';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';
import type { taskOf } from './epic-draft.ts';
import { vainNotice } from './notices.ts';

export type Plan = Answer<'EpicPlan'>;
export type PlannedTask = Answer<'PlannedTask'>;

/** Without tasks before there is a plan. */
export const planOf = (epicId: string) =>
  queryOptions({
    queryKey: keys.plan(epicId),
    queryFn: ({ signal }): Promise<Plan> =>
      dataOf(api.GET('/epics/{id}/plan', { params: { path: { id: epicId } }, signal })),
  });

interface Saved {
  readonly by: string;
  readonly comment: string;
  /** The revision that the person had before them. */
  readonly revision: number;
  readonly tasks: ReturnType<typeof taskOf>[];
  /** Of tasks that overlap the later one waits. */
  readonly inSequence: boolean;
}

/** Approves the plan with the changes where its approval is open; else it becomes a revision of the plan under way. */
export function useSavePlan(epicId: string, approval: string | undefined) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ by, comment, revision, tasks, inSequence }: Saved) => {
      const plan = { revision, tasks, ...(inSequence ? { inSequence } : {}) };
      const params = { path: { id: epicId } };
      const person = { by, ...(comment === '' ? {} : { comment }) };
      if (approval === undefined) return dataOf(api.PUT('/epics/{id}/plan', { params, body: { ...plan, ...person } }));
      const body = { requestId: approval, decision: 'approve', plan, ...person };
      return dataOf(api.POST('/epics/{id}/respond', { params, body }));
    },
    onSuccess(reply) {
      const notice = vainNotice(reply);
      if (notice !== undefined) notifications.show(notice);
    },
    onSettled: () =>
      Promise.all(
        [keys.plan(epicId), keys.epic(epicId), keys.requests].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
