/** One task: read, and what people do with it. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Answer } from '../../api/client/index.ts';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';

export type Task = Answer<'Task'>;
export type Agent = Answer<'Agent'>;
export type Evidence = Answer<'Evidence'>;
export type Submission = Answer<'Submission'>;
export type Review = Answer<'Review'>;

/** A task is named `<epic>.<key>`. */
const keyOf = (taskId: string) => {
  const [epicId = '', taskKey = ''] = taskId.split('.');
  return keys.task(epicId, taskKey);
};

export const taskOf = (taskId: string) =>
  queryOptions({
    queryKey: keyOf(taskId),
    queryFn: ({ signal }): Promise<Task> =>
      dataOf(api.GET('/tasks/{id}', { params: { path: { id: taskId } }, signal })),
  });

export type TaskWish = { readonly by: string; readonly comment?: string } & (
  | { readonly action: 'interrupt' | 'retry' | 'skip' | 'cancel' }
  | { readonly action: 'rewind'; readonly turn: number }
);

export function useTaskAction(taskId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wish: TaskWish) => {
      const params = { path: { id: taskId } };
      if (wish.action === 'rewind') {
        const { action: _, ...body } = wish;
        return dataOf(api.POST('/tasks/{id}/rewind', { params, body }));
      }
      const { action, ...body } = wish;
      if (action === 'interrupt') return dataOf(api.POST('/tasks/{id}/interrupt', { params, body }));
      if (action === 'retry') return dataOf(api.POST('/tasks/{id}/retry', { params, body }));
      if (action === 'skip') return dataOf(api.POST('/tasks/{id}/skip', { params, body }));
      return dataOf(api.POST('/tasks/{id}/cancel', { params, body }));
    },
    onSettled: () =>
      Promise.all(
        [keyOf(taskId), keys.epic(taskId.split('.')[0] ?? ''), keys.requests].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
