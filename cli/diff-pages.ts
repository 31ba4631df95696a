/** A diff as long as it is: its files page by page, and their patches piece by piece. */
import type { Answer } from '../api/client/index.ts';
import { type Api, type Diff, readDiff, type WhichDiff } from './api.ts';
import { CommandFailure, EXIT } from './exit.ts';

export type DiffFile = Diff['files'][number];
type Patch = Answer<'Patch'>;

/** So many files are asked for while the first of them is printed. */
const AHEAD = 4;

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

/** The patches of all files, in pieces and in order. */
export async function* patchesOf(
  api: Api,
  epicId: string,
  { baseSha, headSha }: Diff,
  files: AsyncIterable<DiffFile> | Iterable<DiffFile>,
): AsyncGenerator<Patch> {
  const read = ({ path }: { readonly path: string }, offset = 0): Promise<Patch> =>
    api.ask(
      api.client.GET('/epics/{id}/diff/patch', {
        params: { path: { id: epicId }, query: { baseSha, headSha, path, offset } },
      }),
      true,
    );

  async function* rest(first: Promise<Patch>): AsyncGenerator<Patch> {
    for (let piece = await first; ; piece = await read(piece, piece.next)) {
      yield piece;
      if (piece.next === null) return;
    }
  }

  const waiting: Promise<Patch>[] = [];
  for await (const file of files) {
    const first = read(file);
    // It is thrown where it is waited for.
    first.catch(() => {});
    waiting.push(first);
    if (waiting.length >= AHEAD) yield* rest(waiting.shift() as Promise<Patch>);
  }
  for (const first of waiting) yield* rest(first);
}
