/** Epics: the list, one with its parts, its log, and what people do with it. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { isAtRest } from '../../api/client/epic-now.ts';
import type { Answer } from '../../api/client/index.ts';
import { taskOf } from '../parts/new-epic.ts';
import { isFinal } from '../parts/words.ts';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';
import { askAgain } from './queries.ts';

export type EpicInList = Answer<'EpicInList'>;
export type Epic = Answer<'Epic'>;
export type LogEntry = Answer<'LogEntry'>;
export type TaskSummary = Answer<'TaskSummary'>;
export type PullRequest = Answer<'PullRequest'>;

/** More are found by the search. */
export const MOST_EPICS = 200;

/** The newest, whatever became of them. */
export const newestEpics = queryOptions({
  queryKey: [...keys.epics, 'newest'],
  queryFn: ({ signal }): Promise<EpicInList[]> =>
    dataOf(api.GET('/epics', { params: { query: { limit: MOST_EPICS } }, signal })),
});

/** All that have not ended, however old. */
export const openEpics = queryOptions({
  queryKey: [...keys.epics, 'open'],
  queryFn: ({ signal }): Promise<EpicInList[]> =>
    dataOf(api.GET('/epics', { params: { query: { state: 'open', limit: 500 } }, signal })),
});

/** Null for the moments in which the epic has started and nothing is recorded of it. */
export const epicOf = (epicId: string) =>
  queryOptions({
    queryKey: keys.epic(epicId),
    queryFn: async ({ signal }): Promise<Epic | null> => {
      const answer = await dataOf(api.GET('/epics/{id}', { params: { path: { id: epicId } }, signal }));
      return 'title' in answer ? answer : null;
    },
    refetchInterval: ({ state: { data, error } }) => {
      if (error !== null) return askAgain(error);
      return data === null || (data !== undefined && hasUntold(data)) ? UNTOLD_EVERY_MS : false;
    },
  });

/** Progress and retries are known to Temporal alone, so no event tells of them. */
const UNTOLD_EVERY_MS = 3_000;
const hasUntold = (epic: Epic): boolean => !isFinal(epic.state) && !isAtRest(epic, Date.now());

const LOG_PAGE = 1_000;

/** The whole decision log, oldest first. */
export const logOf = (epicId: string) =>
  queryOptions({
    queryKey: keys.log(epicId),
    queryFn: async ({ signal }): Promise<LogEntry[]> => {
      const all: LogEntry[] = [];
      for (;;) {
        const query = { after: all.at(-1)?.id ?? 0, limit: LOG_PAGE };
        const page = await dataOf(api.GET('/epics/{id}/log', { params: { path: { id: epicId }, query }, signal }));
        all.push(...page);
        if (page.length < LOG_PAGE) return all;
      }
    },
  });

export type Control = 'pause' | 'resume' | 'cancel';

export function useControl(epicId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ control, by }: { readonly control: Control; readonly by: string }) => {
      const to = { params: { path: { id: epicId } }, body: { by } };
      if (control === 'pause') return dataOf(api.POST('/epics/{id}/pause', to));
      if (control === 'resume') return dataOf(api.POST('/epics/{id}/resume', to));
      return dataOf(api.POST('/epics/{id}/cancel', to));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.epic(epicId) }),
  });
}

type TaskBody = Parameters<typeof taskOf>[0];

/** Another task for an epic at work; sending the same twice adds one, since keys are unique. */
export function useAddTask(epicId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ task, by }: { readonly task: TaskBody; readonly by: string }) =>
      dataOf(api.POST('/epics/{id}/tasks', { params: { path: { id: epicId } }, body: { task: taskOf(task), by } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.epic(epicId) }),
  });
}
