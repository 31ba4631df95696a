/** The comments that stand in a diff, and going from one to the next: by keys, by the address, from file to file. */
import { type RefObject, useEffect, useMemo, useRef } from 'react';
import type { Diff } from '../data/diffs.ts';
import type { Task } from '../data/tasks.ts';
import { useCommentSteps } from './comment-steps.ts';
import { commentsAbout, type DiffComment, groupComments, inReadingOrder } from './diff-comments.ts';
import type { FilesHandle } from './diff-files.tsx';
import { stepTo } from './keys.ts';
import { goTo } from './question.tsx';

interface Options {
  readonly diff: Diff;
  /** Its task, once that is read. */
  readonly task: Task | undefined;
  readonly handle: RefObject<FilesHandle | null>;
  /** The id of the comment that the address names. */
  readonly wanted: string | undefined;
  /** Unfolds the file of a comment, if it has one here, and notes the comment in the address. */
  readonly onGo: (id: string, path: string | undefined) => void;
}

export function useComments({ diff, task, handle, wanted, onGo }: Options) {
  const { files, headSha } = diff;
  const reviews = task?.reviews;
  const placed = useMemo(() => groupComments(commentsAbout(reviews ?? [], headSha), files), [reviews, headSha, files]);
  const current = useRef<string>(undefined);
  const pathOf = useMemo(
    () => new Map([...placed.inFiles].flatMap(([path, some]) => some.map(({ id }) => [id, path] as const))),
    [placed],
  );
  const go = (id: string) => {
    const path = pathOf.get(id);
    current.current = id;
    onGo(id, path);
    if (path !== undefined) handle.current?.showComment(path, id);
    else goTo(document.querySelector<HTMLElement>(`[data-comment="${CSS.escape(id)}"]`));
  };
  useCommentSteps((step) => {
    const rowOf = ({ id }: DiffComment, path: string) => handle.current?.rowOf(path, id);
    const all = inReadingOrder(placed, files, rowOf);
    const next =
      all[
        stepTo(
          all.findIndex(({ id }) => id === current.current),
          all.length,
          step,
        )
      ];
    if (next !== undefined) go(next.id);
  });
  // The address may name one before it is read which there are.
  const isThere = wanted !== undefined && (pathOf.has(wanted) || placed.above.some(({ id }) => id === wanted));
  const arrive = useRef(go);
  arrive.current = go;
  useEffect(() => {
    if (isThere && wanted !== current.current) arrive.current(wanted);
  }, [isThere, wanted]);
  return placed;
}
