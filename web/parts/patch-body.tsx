/** The patch of one unfolded file: of the rows of which something is in view, and no others, something is drawn. */
import { Button, Group, Loader, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { memo, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { type Diff, type DiffFile, patchOf } from '../data/diffs.ts';
import { CommentPart } from './comment-part.tsx';
import { type ShownRow, withComments } from './comment-rows.ts';
import type { DiffComment } from './diff-comments.ts';
import { ROW } from './diff-layout.ts';
import styles from './patch.module.css';
import type { PatchLine } from './patch.ts';
import { createPatchRows, type Shape } from './patch-rows.ts';

/** What is known of a patch that was drawn. */
export interface DrawnRows {
  readonly count: number;
  /** The row at which each comment begins. */
  readonly comments: ReadonlyMap<string, number>;
}

interface Props {
  readonly epicId: string;
  readonly diff: Diff;
  readonly file: DiffFile;
  readonly comments: readonly DiffComment[];
  readonly shape: Shape;
  /** How many rows there are until the patch is read. */
  readonly guess: number;
  /** From which row to which (not included) something is in view. */
  readonly range: readonly [number, number];
  readonly onRows: (path: string, drawn: DrawnRows) => void;
}

const NO_PIECES: readonly string[] = [];
const NO_ROWS: readonly ShownRow[] = [];

export function PatchBody({ epicId, diff, file, comments, shape, guess, range, onRows }: Props) {
  const patch = useInfiniteQuery(patchOf(epicId, diff, file.path));
  const [read] = useState(createPatchRows);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isError } = patch;
  const pieces = patch.data?.pages.map((page) => page.patch) ?? NO_PIECES;
  const isCut = patch.data?.pages.at(-1)?.isCut === true;
  const code = read(pieces, !hasNextPage, shape);
  const { columns } = shape.comments;
  const commented = useMemo(
    () => withComments(code, comments, columns, !hasNextPage),
    [code, comments, columns, hasNextPage],
  );
  const isRead = patch.data !== undefined;
  // Without a patch nothing says where they belong.
  const rows = isRead ? commented.rows : NO_ROWS;
  // A last row says how it goes on, or that there is nothing.
  const hasTail = hasNextPage || isError || isCut || code.length === 0;
  const count = isRead ? rows.length + Number(hasTail) : isError ? 3 : guess;
  // A row that leaves the view lends its elements to the one that enters it.
  const room = Math.max(1, range[1] - range[0]);
  const drawn = rows
    .slice(...range)
    .map((row, at) => ({ row, top: (range[0] + at) * ROW, slot: (range[0] + at) % room }));
  const isWanted = range[1] >= rows.length || commented.isPending;
  const readsOn = hasNextPage && !isFetchingNextPage && !isError && isWanted;

  useLayoutEffect(() => {
    if (isRead || isError) onRows(file.path, { count, comments: commented.starts });
  }, [file.path, count, isRead, isError, onRows, commented.starts]);
  // Goes on reading while a person scrolls on, and as far as comments stand.
  useEffect(() => {
    if (readsOn) void fetchNextPage();
  }, [readsOn, fetchNextPage]);

  return (
    <div className={styles.body} style={{ height: count * ROW }} data-patch={file.path}>
      {!isRead && !isError && <Loader size="xs" m="xs" aria-label={`Reading the patch of ${file.path}`} />}
      {drawn.map(({ row, top, slot }) => (
        <PatchRow key={keyOf(row, slot)} row={row} top={top} isBeside={shape.comments.isBeside} />
      ))}
      {(isRead || isError) && hasTail && (
        <Group pos="absolute" top={rows.length * ROW} left={8} h={ROW} gap="xs" wrap="nowrap">
          {isError ? (
            <>
              <Text size="xs" role="alert" c="var(--mantine-color-error)">
                Cannot read this patch: {patch.error.message}
              </Text>
              <Button size="compact-xs" variant="default" onClick={() => void patch.refetch()}>
                Try again
              </Button>
            </>
          ) : (
            <Text size="xs" c="dimmed">
              {tailWords(file, hasNextPage, isCut)}
            </Text>
          )}
        </Group>
      )}
    </div>
  );
}

function tailWords(file: DiffFile, hasNextPage: boolean, isCut: boolean): string {
  if (hasNextPage) return 'Reading on…';
  if (isCut) return 'The patch goes on after 64 million characters; look at it with git.';
  return file.isBinary ? 'A binary file.' : 'No line differs.';
}

const SIGNS: Readonly<Record<PatchLine['kind'], string>> = {
  ...{ added: '+', removed: '−', context: ' ', hunk: '', note: '' },
};

/** What has the focus keeps its element. */
const keyOf = (row: ShownRow, slot: number): string | number =>
  'comment' in row && row.text === undefined ? row.comment.id : slot;

interface RowProps {
  readonly row: ShownRow;
  readonly top: number;
  readonly isBeside: boolean;
}

const PatchRow = memo(function PatchRow({ row, top, isBeside }: RowProps) {
  if ('comment' in row) {
    return (
      <div className={styles.row} style={{ top }}>
        {isBeside && <div className={`${styles.cell} ${styles.none}`} />}
        <CommentPart of={row} isBeside={isBeside} />
      </div>
    );
  }
  if ('kind' in row) {
    const { kind, text, before, after } = row;
    const isCode = kind !== 'hunk' && kind !== 'note';
    return (
      <div className={`${styles.row} ${styles[kind] ?? ''}`} style={{ top }}>
        {isCode && <span className={styles.number}>{before}</span>}
        {isCode && <span className={styles.number}>{after}</span>}
        {isCode && <Sign of={row} />}
        <Code text={text} />
      </div>
    );
  }
  const [before, after] = row;
  return (
    <div className={styles.row} style={{ top }}>
      <Half line={before} number={before?.before} />
      <Half line={after} number={after?.after} />
    </div>
  );
});

function Half({ line, number }: { readonly line: PatchLine | undefined; readonly number: number | undefined }) {
  if (line === undefined) return <div className={`${styles.cell} ${styles.none}`} />;
  return (
    <div className={`${styles.cell} ${styles[line.kind] ?? ''}`}>
      <span className={styles.number}>{number}</span>
      <Sign of={line} />
      <Code text={line.text} />
    </div>
  );
}

const Sign = ({ of: { kind, isContinued } }: { readonly of: PatchLine }) => (
  <span className={styles.sign}>{isContinued === true ? '' : SIGNS[kind]}</span>
);

const PLAIN = /^[\x20-\x7e\t]*$/;

/** What a font may draw wider than it was counted can be scrolled to. */
const Code = ({ text }: { readonly text: string }) => (
  <span className={PLAIN.test(text) ? styles.text : `${styles.text} ${styles.wide}`}>{text}</span>
);
