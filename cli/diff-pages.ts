/** A diff as long as it is: its files page by page, and their patches piece by piece. */
import type { Answer } from '../api/client/index.ts';
import { type Api, type Diff, readDiff, type WhichDiff } from './api.ts';
import { CommandFailure, EXIT } from './exit.ts';

export type DiffFile = Diff['files'][number];
type Patch = Answer<'Patch'>;

/** All files; a push in between is refused, since two halves of different commits are no diff. */
export async function* filesOf(api: Api, epicId: string, which: WhichDiff, first: Diff): AsyncGenerator<DiffFile> {
  const { baseSha, headSha } = first;
  for (let page = first; ; ) {
    yield* page.files;
    if (page.next === null) return;
    page = await readDiff(api, epicId, { ...which, headSha, afterFile: page.next });
    if (page.baseSha === baseSha) continue;
    const message = 'The base has moved while the diff was read; read it again';
    throw new CommandFailure(EXIT.refused, message, 'StaleHead');
  }
}

/** The patches of all files in order, in pieces: several small files in one, a long one in several. */
export async function* patchesOf(api: Api, epicId: string, { baseSha, headSha, totals }: Diff): AsyncGenerator<Patch> {
  const read = (from: From): Promise<Patch> =>
    api.ask(
      api.client.GET('/epics/{id}/diff/patch', {
        params: { path: { id: epicId }, query: { baseSha, headSha, ...from } },
      }),
      true,
    );

  for (let from: From = {}; totals.files > 0; ) {
    const { path, next, isLast, ...piece } = await read(from);
    yield { path, next, isLast, ...piece };
    if (isLast) return;
    from = next === null ? { afterFile: path } : { path, offset: next };
  }
}

type From = { readonly afterFile?: string } | { readonly path: string; readonly offset: number };
