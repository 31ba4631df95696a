/** What an epic's pull request, an open question or a task's submission changes: its files, and the patch of each. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Answer } from '../../api/client/index.ts';
import { ApiFailure, api, dataOf } from './api.ts';
import { keys } from './changes.ts';

export type Diff = Answer<'Diff'>;
export type DiffFile = Answer<'DiffFile'>;
type Patch = Answer<'Patch'>;

/** Neither: what waits for approval, else the epic's own pull request, else the latest. */
export interface WhichDiff {
  readonly request?: string;
  readonly pullRequest?: number;
  /** What a task handed in, last or as `submission` says; with `since` only what changed since that earlier one. */
  readonly task?: string;
  readonly submission?: number;
  readonly since?: number;
}

const PAGE = 2_000;
const READ_ANEW = 3;
/** What is folded again or scrolled away is soon forgotten: a long patch is as large in memory as on paper. */
const KEPT_MS = 20_000;

/** The files of all pages, of one commit: when another is pushed meanwhile, all are read again. */
export const diffOf = (epicId: string, which: WhichDiff) =>
  queryOptions({
    queryKey: [
      ...keys.diff(epicId),
      ...[which.request, which.pullRequest, which.task, which.submission, which.since].map((part) =>
        String(part ?? ''),
      ),
    ],
    queryFn: async ({ signal }): Promise<Diff> => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await readAll(epicId, which, signal);
        } catch (error) {
          if (!(error instanceof ApiFailure && error.code === 'StaleHead') || attempt === READ_ANEW) throw error;
        }
      }
    },
  });

async function readAll(epicId: string, which: WhichDiff, signal: AbortSignal): Promise<Diff> {
  const read = (rest: { readonly headSha?: string; readonly afterFile?: string }) =>
    dataOf(
      api.GET('/epics/{id}/diff', {
        params: { path: { id: epicId }, query: { ...which, limit: PAGE, ...rest } },
        signal,
      }),
    );
  const first = await read({});
  const files = [...first.files];
  for (let { next } = first; next !== null; ) {
    const page = await read({ headSha: first.headSha, afterFile: next });
    files.push(...page.files);
    next = page.next;
  }
  return { ...first, files, next: null };
}

/** The patch of one file, in pieces. Between two commits it never changes, so no event reads it again. */
export const patchOf = (epicId: string, { baseSha, headSha }: Pick<Diff, 'baseSha' | 'headSha'>, path: string) =>
  infiniteQueryOptions({
    queryKey: ['patch', epicId, baseSha, headSha, path],
    queryFn: ({ pageParam: offset, signal }): Promise<Patch> =>
      dataOf(
        api.GET('/epics/{id}/diff/patch', {
          params: { path: { id: epicId }, query: { baseSha, headSha, path, offset } },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
    staleTime: 'static',
    gcTime: KEPT_MS,
  });
