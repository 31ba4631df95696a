/** All files of a diff, one below the other, each folded or with its patch. Only those in view are there at all. */
import { Text } from '@mantine/core';
import { type RefObject, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';
import type { Diff, DiffFile } from '../data/diffs.ts';
import { commentRows } from './comment-rows.ts';
import type { CommentsByFile, DiffComment } from './diff-comments.ts';
import { DiffFileHead } from './diff-file-head.tsx';
import {
  COVERED,
  fileAt,
  fileOffsets,
  guessRows,
  heightOfRow,
  MOST_HEIGHT,
  rowsInView,
  shapeOf,
} from './diff-layout.ts';
import styles from './patch.module.css';
import { type DrawnRows, PatchBody } from './patch-body.tsx';
import type { Shape } from './patch-rows.ts';
import { useAnchor } from './use-anchor.ts';
import { useViewport } from './viewport.ts';

const STEP = 200;
const NO_COMMENTS: readonly DiffComment[] = [];

export interface FilesHandle {
  readonly show: (path: string) => void;
  /** The comment has the focus once it is there, unless the person has moved meanwhile. */
  readonly showComment: (path: string, id: string) => void;
  /** The row at which a comment stands in its file, once the patch is read that far. */
  readonly rowOf: (path: string, id: string) => number | undefined;
}

interface Props {
  readonly epicId: string;
  readonly diff: Diff;
  readonly comments: CommentsByFile['inFiles'];
  readonly isSplit: boolean;
  readonly isOpen: (file: DiffFile) => boolean;
  readonly onToggle: (file: DiffFile, isOpen: boolean) => void;
  readonly handle: RefObject<FilesHandle | null>;
  /** The path of the file to begin with. */
  readonly first: string | undefined;
}

export function DiffFiles({ epicId, diff, comments, isSplit, isOpen, onToggle, handle, first: beginning }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const view = useViewport(ref, STEP);
  const { files } = diff;
  const shape = useMemo((): Shape => shapeOf(view.width, isSplit), [view.width, isSplit]);
  const said = useMemo(
    () => new Map([...comments].map(([path, some]) => [path, countRows(some, shape)])),
    [comments, shape],
  );

  // What the rows of a patch were when it was last drawn in this shape; before that they are guessed.
  const [known, setKnown] = useState<{ readonly shape: Shape; readonly rows: ReadonlyMap<string, DrawnRows> }>();
  const onRows = useCallback(
    (path: string, drawn: DrawnRows) =>
      setKnown((before) => {
        const rows = before?.shape === shape ? before.rows : undefined;
        const last = rows?.get(path);
        const isSame = last?.count === drawn.count && last.comments === drawn.comments;
        return isSame ? before : { shape, rows: new Map(rows).set(path, drawn) };
      }),
    [shape],
  );
  const drawn = known?.shape === shape ? known.rows : undefined;
  const starts = useMemo(() => {
    const rowsOf = (file: DiffFile) => drawn?.get(file.path)?.count ?? guessRows(file, said.get(file.path));
    return fileOffsets(files.map((file) => (isOpen(file) ? rowsOf(file) : undefined)));
  }, [files, isOpen, drawn, said]);
  const height = starts.at(-1) as number;

  const scrollTo = (y: number) => {
    const top = ref.current?.getBoundingClientRect().top ?? 0;
    window.scrollTo({ top: window.scrollY + top + y - COVERED });
  };
  const latest = useRef(drawn);
  latest.current = drawn;
  const heightOf = (path: string | undefined, id?: string) => (offsets: readonly number[]) => {
    const start = offsets[files.findIndex((file) => file.path === path)];
    const row = id === undefined ? undefined : latest.current?.get(path ?? '')?.comments.get(id);
    return start === undefined || row === undefined ? start : heightOfRow(start, row);
  };
  const aim = useAnchor(ref, starts, heightOf(beginning));
  const wanted = useRef<string>(undefined);
  const focusWanted = () => {
    if (wanted.current === undefined || aim.current === undefined) return;
    const found = ref.current?.querySelector<HTMLElement>(`[data-comment="${CSS.escape(wanted.current)}"]`);
    if (found === null || found === undefined) {
      // What is not a person may have scrolled since, as the router does once it has rendered a page.
      scrollTo(aim.current(starts) ?? 0);
      return;
    }
    found.focus({ preventScroll: true });
    wanted.current = undefined;
  };
  useEffect(focusWanted);
  const go = (path: string, id?: string) => {
    aim.current = heightOf(path, id);
    wanted.current = id;
    scrollTo(aim.current(starts) ?? 0);
    focusWanted();
  };
  useImperativeHandle(handle, () => ({
    show: (path) => go(path),
    showComment: go,
    rowOf: (path, id) => drawn?.get(path)?.comments.get(id),
  }));

  const first = fileAt(starts, view.top);
  const last = fileAt(starts, view.bottom);
  const shown = view.width === 0 ? [] : files.slice(first, last + 1);
  if (height > MOST_HEIGHT) {
    return <Text role="alert">This is too long for one page: fold all, then unfold the files that you read.</Text>;
  }
  return (
    <div ref={ref} className={styles.files} style={{ height }}>
      {shown.map((file, index) => {
        const start = starts[first + index] as number;
        const end = starts[first + index + 1] as number;
        const open = isOpen(file);
        const toggle = () => {
          // Folding what one has read into would leave the reader somewhere else.
          if (open && view.top + COVERED > start) scrollTo(start);
          onToggle(file, !open);
        };
        return (
          <section
            key={file.path}
            className={styles.file}
            style={{ top: start, height: end - start - 12 }}
            aria-label={file.path}
            data-file={file.path}
          >
            <DiffFileHead file={file} comments={comments.get(file.path)?.length ?? 0} isOpen={open} onToggle={toggle} />
            {open && (
              <PatchBody
                epicId={epicId}
                diff={diff}
                file={file}
                shape={shape}
                onRows={onRows}
                comments={comments.get(file.path) ?? NO_COMMENTS}
                guess={guessRows(file, said.get(file.path))}
                range={rowsInView(start, Number.POSITIVE_INFINITY, view)}
              />
            )}
          </section>
        );
      })}
    </div>
  );
}

const countRows = (comments: readonly DiffComment[], shape: Shape): number =>
  comments.reduce((sum, comment) => sum + commentRows(comment, shape.comments.columns).length, 0);
