/** All files of a diff, one below the other, each folded or with its patch. Only those in view are there at all. */
import { Badge, Group, Text, UnstyledButton } from '@mantine/core';
import {
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Diff, DiffFile } from '../data/diffs.ts';
import { FILE_HEAD, fileAt, guessRows, MOST_HEIGHT, placeFiles, rowsInView } from './diff-layout.ts';
import { Lines } from './diff-list.tsx';
import styles from './patch.module.css';
import { PatchBody } from './patch-body.tsx';
import type { Shape } from './patch-rows.ts';
import { useViewport } from './viewport.ts';
import { visibleText } from './visible-text.ts';

/** What the bar and the shell cover of the page's top. */
export const COVERED = 52 + 44;
const STEP = 200;
/** Of the code's font at 12 px, as wide as the common ones are; a wider one scrolls within its row. */
const CHARACTER = 7.25;
const GUTTER = 7 * CHARACTER;
const SIGN = 2 * CHARACTER;

export interface FilesHandle {
  readonly show: (path: string) => void;
}

interface Props {
  readonly epicId: string;
  readonly diff: Diff;
  readonly isSplit: boolean;
  readonly isOpen: (file: DiffFile) => boolean;
  readonly onToggle: (file: DiffFile, isOpen: boolean) => void;
  readonly handle: RefObject<FilesHandle | null>;
  /** The path of the file to begin with. */
  readonly first: string | undefined;
}

export function DiffFiles({ epicId, diff, isSplit, isOpen, onToggle, handle, first: beginning }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const view = useViewport(ref, STEP);
  const { files } = diff;
  const shape = useMemo((): Shape => {
    const width = view.width - 4;
    return {
      isSplit,
      columns: Math.max(8, Math.floor((width / 2 - GUTTER - SIGN) / CHARACTER)),
      wideColumns: Math.max(8, Math.floor((width - (isSplit ? 10 : 2 * GUTTER + SIGN)) / CHARACTER)),
    };
  }, [view.width, isSplit]);

  // How many rows a patch had when it was last drawn in this shape; before that it is guessed.
  const [known, setKnown] = useState<{ readonly shape: Shape; readonly rows: ReadonlyMap<string, number> }>();
  const onRows = useCallback(
    (path: string, count: number) =>
      setKnown((before) => {
        const rows = before?.shape === shape ? before.rows : undefined;
        return rows?.get(path) === count ? before : { shape, rows: new Map(rows).set(path, count) };
      }),
    [shape],
  );
  const starts = useMemo(() => {
    const rows = known?.shape === shape ? known.rows : undefined;
    return placeFiles(files.map((file) => (isOpen(file) ? (rows?.get(file.path) ?? guessRows(file)) : undefined)));
  }, [files, isOpen, known, shape]);
  const height = starts.at(-1) as number;

  const scrollTo = (y: number) => {
    const top = ref.current?.getBoundingClientRect().top ?? 0;
    window.scrollTo({ top: window.scrollY + top + y - COVERED });
  };
  const indexOf = (path: string | undefined) => files.findIndex((file) => file.path === path);
  const aim = useAnchor(ref, starts, indexOf(beginning));
  useImperativeHandle(handle, () => ({
    show: (path) => {
      aim.current = indexOf(path);
      scrollTo(starts[aim.current] ?? 0);
    },
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
            <Head file={file} isOpen={open} onToggle={toggle} />
            {open && (
              <PatchBody
                {...{ epicId, diff, file, shape, onRows }}
                range={rowsInView(start, Number.POSITIVE_INFINITY, view)}
              />
            )}
          </section>
        );
      })}
    </div>
  );
}

/**
 * Keeps what one reads where it is when something above it turns out higher or lower than it was guessed. Returns what
 * to set to the index of a file that is wanted: it is kept in view until the person moves.
 */
function useAnchor(ref: RefObject<HTMLDivElement | null>, starts: readonly number[], first: number) {
  const before = useRef(starts);
  const aim = useRef(first);
  useEffect(() => {
    const forget = () => {
      aim.current = -1;
    };
    const moves = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;
    for (const move of moves) addEventListener(move, forget, { passive: true });
    return () => {
      for (const move of moves) removeEventListener(move, forget);
    };
  }, []);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = starts;
    const top = ref.current?.getBoundingClientRect().top;
    if (top === undefined || old === starts || old.length !== starts.length) return;
    const read = fileAt(old, COVERED - top);
    const moved =
      aim.current < 0
        ? (starts[read] as number) - (old[read] as number)
        : (starts[aim.current] as number) - (COVERED - top);
    if (moved !== 0) window.scrollBy(0, moved);
  }, [ref, starts]);
  return aim;
}

interface HeadProps {
  readonly file: DiffFile;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function Head({ file, isOpen, onToggle }: HeadProps) {
  const { path, previousPath, status, isBinary, isGenerated } = file;
  const words = [status === 'modified' ? '' : status, isBinary ? 'binary' : '', isGenerated ? 'generated' : ''];
  return (
    <UnstyledButton className={styles.head} w="100%" aria-expanded={isOpen} onClick={onToggle} h={FILE_HEAD}>
      <Group gap="xs" wrap="nowrap" h="100%">
        <Text span c="dimmed" aria-hidden w="1ch">
          {isOpen ? '▾' : '▸'}
        </Text>
        <Text span size="sm" ff="monospace" className={styles.name} title={path}>
          {previousPath !== null && `${visibleText(previousPath)} → `}
          {visibleText(path)}
        </Text>
        {words
          .filter((word) => word !== '')
          .map((word) => (
            <Badge key={word} variant="default" size="sm" tt="none" visibleFrom="xs">
              {word}
            </Badge>
          ))}
        <Lines of={file} />
      </Group>
    </UnstyledButton>
  );
}
