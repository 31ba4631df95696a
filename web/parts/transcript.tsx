/** A transcript of any length: only what is near the screen is rendered, and each row is measured as it is. */
import { Box, Paper } from '@mantine/core';
import { useHotkeys, useMergedRef } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Transcript } from '../data/transcript-pages.ts';
import { TranscriptBar } from './transcript-bar.tsx';
import { errorsIn, indexOfTurn, nextRow, rowsOf, rowsWith, textOf } from './transcript-rows.ts';
import { BriefRow, TurnRow } from './turn.tsx';
import { useFolds } from './use-folds.ts';
import { useHighlight } from './use-highlight.ts';

interface Props {
  readonly transcript: Transcript;
  readonly turn: number | undefined;
  /** Names the turn in the address. */
  readonly onTurn: (turn: number) => void;
  readonly isOver: boolean;
  /** Thoughts that were read while they were written. */
  readonly opened: ReadonlySet<string>;
  /** What follows the last row is being written, and keeps the end in sight by itself. */
  readonly isDrafting: boolean;
  /** The agent's own; turns by another one say so. */
  readonly model: string | undefined;
  /** The task that can be taken back to one of these turns. */
  readonly rewind: { readonly taskId: string; readonly turns: readonly number[] } | undefined;
}

const HEADER_HEIGHT = 52;
const GAP = 10;
/** More than fit on one, in any case. */
const SCREEN_ROWS = 40;
const NEAR_END = 100;

export function TranscriptView({ transcript, turn, onTurn, isOver, opened, isDrafting, model, rewind }: Props) {
  const rows = useMemo(() => rowsOf(transcript), [transcript]);
  const errors = useMemo(() => errorsIn(rows), [rows]);
  const [words, setWords] = useState('');
  const wanted = useDeferredValue(words.trim());
  const isSearching = wanted !== '';
  const texts = useMemo(() => (isSearching ? rows.map(textOf) : []), [rows, isSearching]);
  const found = useMemo(() => rowsWith(texts, wanted), [texts, wanted]);
  const folds = useFolds(wanted, opened);

  const list = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  // What stands above the list comes and goes, an alert for one.
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0));
  const padding = HEADER_HEIGHT + (bar.current?.offsetHeight ?? 60) + GAP;
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => 150,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 4,
    gap: GAP,
    scrollMargin: top,
    scrollPaddingStart: padding,
    useFlushSync: false,
    directDomUpdates: true,
  });

  const [at, setAt] = useState(-1);
  const go = (index: number | undefined, align: 'start' | 'end' = 'start') => {
    if (index === undefined) return;
    setAt(index);
    virtualizer.scrollToIndex(index, { align });
    const row = rows[index];
    if (row?.kind === 'turn') onTurn(row.turn);
  };
  const linked = indexOfTurn(rows, turn);
  // The last turns of a page can only stand at the top of the screen once the next page has come.
  const isReachable = linked >= 0 && (transcript.next === null || linked + SCREEN_ROWS < rows.length);
  useEffect(() => {
    if (!isReachable) return;
    setAt(linked);
    virtualizer.scrollToIndex(linked, { align: 'start' });
  }, [isReachable, linked, virtualizer]);

  useHighlight(list, wanted);

  const known = useRef(rows.length);
  const wasDrafting = useRef(isDrafting);
  useEffect(() => {
    const last = list.current?.querySelector(`[data-index="${known.current - 1}"]`);
    // A person at the end of the transcript stays at its end.
    const isAtEnd = last != null && last.getBoundingClientRect().bottom < window.innerHeight + NEAR_END;
    const isNew = rows.length > known.current && !wasDrafting.current;
    if (isAtEnd && isNew) virtualizer.scrollToIndex(rows.length - 1, { align: 'end' });
    known.current = rows.length;
    wasDrafting.current = isDrafting;
  }, [rows.length, virtualizer, isDrafting]);
  /** Where one reads: at the row that was gone to while that is in sight, else at the first one on the screen. */
  const rowBefore = (direction: 1 | -1) => {
    const marked = list.current?.querySelector(`[data-index="${at}"]`)?.getBoundingClientRect();
    if (marked !== undefined && marked.bottom > padding && marked.top < window.innerHeight) return at;
    const first = virtualizer.getVirtualItemForOffset(window.scrollY + padding)?.index ?? 0;
    return direction === 1 ? first - 1 : first;
  };
  const toError = (direction: 1 | -1) => go(nextRow(errors, rowBefore(direction), direction));
  const toFound = (direction: 1 | -1) => go(nextRow(found, rowBefore(direction), direction));
  const step = (direction: 1 | -1) => go(Math.max(0, Math.min(rows.length - 1, rowBefore(direction) + direction)));
  useHotkeys([
    ['e', () => toError(1)],
    ['shift+e', () => toError(-1)],
    ['j', () => step(1)],
    ['k', () => step(-1)],
  ]);

  return (
    <>
      <Paper ref={bar} pos="sticky" top={HEADER_HEIGHT} py="xs" style={{ zIndex: 2 }} radius={0} data-bar>
        <TranscriptBar
          words={words}
          onWords={setWords}
          isSearching={isSearching}
          found={found}
          errors={errors}
          at={at}
          onFound={toFound}
          onError={toError}
          onLatest={() => go(rows.length - 1, 'end')}
        />
      </Paper>
      <Box ref={useMergedRef(list, virtualizer.containerRef)} pos="relative">
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <Box
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              pos="absolute"
              top={0}
              left={0}
              w="100%"
            >
              {row.kind === 'brief' ? (
                <BriefRow brief={row.brief} id={row.key} folds={folds} />
              ) : (
                <TurnRow
                  agentId={transcript.id}
                  turn={row.answer}
                  isOver={isOver || item.index < rows.length - 1}
                  isMarked={item.index === at || found.includes(item.index)}
                  folds={folds}
                  isFallback={model !== undefined && row.answer.model !== model}
                  rewind={rewind?.turns.includes(row.turn) ? rewind.taskId : undefined}
                />
              )}
            </Box>
          );
        })}
      </Box>
    </>
  );
}
