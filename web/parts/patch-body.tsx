/** The patch of one unfolded file: of the rows of which something is in view, and no others, something is drawn. */
import { Button, Group, Loader, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { memo, useEffect, useLayoutEffect, useState } from 'react';
import { type Diff, type DiffFile, patchOf } from '../data/diffs.ts';
import { guessRows, ROW } from './diff-layout.ts';
import styles from './patch.module.css';
import type { PatchLine } from './patch.ts';
import { createPatchRows, type Row, type Shape } from './patch-rows.ts';

interface Props {
  readonly epicId: string;
  readonly diff: Diff;
  readonly file: DiffFile;
  readonly shape: Shape;
  /** From which row to which (not included) something is in view. */
  readonly range: readonly [number, number];
  readonly onRows: (path: string, count: number) => void;
}

const NO_PIECES: readonly string[] = [];

export function PatchBody({ epicId, diff, file, shape, range, onRows }: Props) {
  const patch = useInfiniteQuery(patchOf(epicId, diff, file.path));
  const [read] = useState(createPatchRows);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isError } = patch;
  const pieces = patch.data?.pages.map((page) => page.patch) ?? NO_PIECES;
  const isCut = patch.data?.pages.at(-1)?.isCut === true;
  const rows = read(pieces, !hasNextPage, shape);
  const isRead = patch.data !== undefined;
  // A last row says how it goes on, or that there is nothing.
  const hasTail = hasNextPage || isError || isCut || rows.length === 0;
  const count = isRead ? rows.length + Number(hasTail) : guessRows(file);
  // A row that leaves the view lends its elements to the one that enters it.
  const room = Math.max(1, range[1] - range[0]);
  const drawn = rows
    .slice(...range)
    .map((row, at) => ({ row, top: (range[0] + at) * ROW, slot: (range[0] + at) % room }));
  const isEndNear = hasNextPage && !isFetchingNextPage && !isError && range[1] >= rows.length;

  useLayoutEffect(() => {
    if (isRead || isError) onRows(file.path, isRead ? count : 3);
  }, [file.path, count, isRead, isError, onRows]);
  // Goes on reading while a person scrolls on.
  useEffect(() => {
    if (isEndNear) void fetchNextPage();
  }, [isEndNear, fetchNextPage]);

  return (
    <div className={styles.body} style={{ height: (isError && !isRead ? 3 : count) * ROW }} data-patch={file.path}>
      {!isRead && !isError && <Loader size="xs" m="xs" aria-label={`Reading the patch of ${file.path}`} />}
      {drawn.map(({ row, top, slot }) => (
        <PatchRow key={slot} row={row} top={top} />
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

const PatchRow = memo(function PatchRow({ row, top }: { readonly row: Row; readonly top: number }) {
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
