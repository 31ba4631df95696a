/** What waits for a person: read, kept fresh, answered. */
import { notifications } from '@mantine/notifications';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Answer } from '../../api/client/index.ts';
import { api, dataOf, isRefusal } from './api.ts';
import { keys } from './changes.ts';
import { MOST } from './limits.ts';
import { refusalNotice, vainNotice } from './notices.ts';
import { forgetWords } from './typed-words.ts';

export type HumanRequest = Answer<'HumanRequest'>;
/** With what it costs and holds up, as the list of all epics has it. */
export type ListedRequest = Answer<'RequestInList'>;

/** Open requests of all epics, longest waiting first. Every count of what waits is the length of this list. */
export const openRequests = queryOptions({
  queryKey: [...keys.requests, 'open'],
  queryFn: ({ signal }): Promise<ListedRequest[]> =>
    dataOf(api.GET('/human-requests', { params: { query: { state: 'open', limit: MOST.requests } }, signal })),
});

export interface Given {
  readonly by: string;
  readonly decision: string;
  readonly comment?: string;
  readonly answer?: string;
}

/**
 * Answers for the commit that was on screen: the API refuses the answer when another one has been pushed since. A refusal
 * is told apart from its card, too, which may have given its place to the question about the next commit by then, and so
 * is that another answer came first, which takes the card away.
 */
export function useRespond(request: HumanRequest) {
  const { epicId, requestId, headSha } = request;
  const refresh = useRefresh(epicId);
  return useMutation({
    mutationFn: (given: Given) =>
      dataOf(
        api.POST('/epics/{id}/respond', {
          params: { path: { id: epicId } },
          body: { ...given, ...(headSha === null ? {} : { headSha }), requestId },
        }),
      ),
    onSuccess(reply, { comment, answer }) {
      const notice = vainNotice(reply);
      if (notice === undefined) forgetWords(request, comment ?? answer ?? '');
      else notifications.show(notice);
    },
    onError: (error) => isRefusal(error) && notifications.show(refusalNotice(error.message)),
    onSettled: refresh,
  });
}

/** New caps of the epic or, with `taskKey`, of the task. */
interface Caps {
  readonly capUsd?: number;
  readonly capTokens?: number;
  readonly taskKey?: string;
  /** It may be less than the present one. */
  readonly lower?: boolean;
}

/** Sets a cap that nobody asked about. */
export function useSetCap(epicId: string) {
  const refresh = useRefresh(epicId);
  return useMutation({
    mutationFn: (body: { readonly by: string } & Caps) =>
      dataOf(api.PUT('/epics/{id}/budget', { params: { path: { id: epicId } }, body })),
    onSettled: refresh,
  });
}

/** What an answer changes is read at once, in case no event comes. */
function useRefresh(epicId: string) {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      [keys.requests, keys.epic(epicId), keys.costs(epicId)].map((queryKey) => queries.invalidateQueries({ queryKey })),
    );
}
