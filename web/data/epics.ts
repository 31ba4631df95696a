/** Epics: the list, one with its parts, its log, and what people do with it. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { isAtRest, isFinal } from '../../api/client/epic-now.ts';
import type { Answer } from '../../api/client/index.ts';
import { joinEntries, settledEntry } from '../../api/client/log-pages.ts';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';
import { taskOf } from './epic-draft.ts';
import { MOST } from './limits.ts';
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
    dataOf(api.GET('/epics', { params: { query: { state: 'open', limit: MOST.epics } }, signal })),
});

/** Null for the moments in which the epic has started and nothing is recorded of it. */
export const epicOf = (epicId: string) =>
  queryOptions({
    queryKey: keys.epic(epicId),
    queryFn: async ({ signal }): Promise<Epic | null> => {
      const answer = await dataOf(api.GET('/epics/{id}', { params: { path: { id: epicId } }, signal }));
      return 'title' in answer ? answer : null;
    },
    refetchInterval: ({ state }) => lookAgain(state),
  });

/** An epic but for its tasks, which change much more often than the rest: what shows it is not drawn again with them. */
export type EpicItself = Omit<Epic, 'tasks'>;

export const epicItselfOf = (epicId: string) =>
  queryOptions({ ...epicOf(epicId), select: (epic) => (epic === null ? null : withoutTasks(epic)) });

const withoutTasks = ({ tasks: _, ...itself }: Epic): EpicItself => itself;

const NO_TASKS: readonly TaskSummary[] = [];

/** For a page that shows the epic itself, too, and so looks again. */
export const tasksOf = (epicId: string) =>
  queryOptions({
    ...epicOf(epicId),
    select: (epic): readonly TaskSummary[] => epic?.tasks ?? NO_TASKS,
    refetchInterval: false,
  });

function lookAgain({ data, error }: { readonly data: Epic | null | undefined; readonly error: Error | null }) {
  if (error !== null) return askAgain(error);
  return data === null || (data !== undefined && hasUntold(data)) ? UNTOLD_EVERY_MS : false;
}

/** Progress and retries are known to Temporal alone, so no event tells of them. */
const UNTOLD_EVERY_MS = 3_000;
const hasUntold = (epic: Epic): boolean => !isFinal(epic.state) && !isAtRest(epic, Date.now());

const LOG_PAGE = 1_000;

/** The whole decision log, oldest first: read whole once, then only what is new. */
export const logOf = (epicId: string) =>
  queryOptions({
    queryKey: keys.log(epicId),
    queryFn: async ({ client, signal }): Promise<LogEntry[]> => {
      let known = client.getQueryData<LogEntry[]>(keys.log(epicId)) ?? [];
      let after = settledEntry(known);
      for (;;) {
        const params = { path: { id: epicId }, query: { after, limit: LOG_PAGE } };
        const page = await dataOf(api.GET('/epics/{id}/log', { params, signal }));
        known = joinEntries(known, page, after);
        if (page.length < LOG_PAGE) return known;
        after = known.at(-1)?.id ?? after;
      }
    },
  });

export type Control = 'pause' | 'resume' | 'cancel' | 'interrupt';

interface Wanted {
  readonly control: Control;
  readonly by: string;
  readonly comment?: string;
}

export function useControl(epicId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ control, ...body }: Wanted) => {
      const to = { params: { path: { id: epicId } }, body };
      if (control === 'interrupt') return dataOf(api.POST('/epics/{id}/interrupt', to));
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
