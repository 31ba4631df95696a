/** A transcript of any length: only what is near the screen is rendered, and each row is measured as it is. */
import { Box, Button, Group, Paper, Text, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Transcript } from '../data/transcript-pages.ts';
import { errorsIn, indexOfTurn, nextPlace, placesOf, rowsOf, textOf } from './transcript-rows.ts';
import { BriefRow, type Folds, TurnRow } from './turn.tsx';
import { count } from './words.ts';

interface Props {
  readonly transcript: Transcript;
  readonly turn: number | undefined;
  /** Names the turn in the address. */
  readonly onTurn: (turn: number) => void;
  readonly isOver: boolean;
  /** The task that can be taken back to one of these turns. */
  readonly rewind: { readonly taskId: string; readonly turns: readonly number[] } | undefined;
}

const HEADER_HEIGHT = 52;
const GAP = 10;

export function TranscriptView({ transcript, turn, onTurn, isOver, rewind }: Props) {
  const rows = useMemo(() => rowsOf(transcript), [transcript]);
  const errors = useMemo(() => errorsIn(rows), [rows]);
  const [words, setWords] = useState('');
  const wanted = useDeferredValue(words.trim());
  const isSearching = wanted !== '';
  const texts = useMemo(() => (isSearching ? rows.map(textOf) : []), [rows, isSearching]);
  const found = useMemo(() => placesOf(texts, wanted), [texts, wanted]);
  const folds = useFolds(wanted);

  const list = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  // What stands above the list comes and goes, an alert for one.
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0));
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => 150,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 4,
    gap: GAP,
    scrollMargin: top,
    scrollPaddingStart: HEADER_HEIGHT + (bar.current?.offsetHeight ?? 60) + GAP,
    useFlushSync: false,
  });

  const [at, setAt] = useState(-1);
  const go = (place: number | undefined) => {
    if (place === undefined) return;
    setAt(place);
    virtualizer.scrollToIndex(place, { align: 'start' });
    const row = rows[place];
    if (row?.kind === 'turn') onTurn(row.turn);
  };
  const linked = indexOfTurn(rows, turn);
  useEffect(() => {
    if (linked < 0) return;
    setAt(linked);
    virtualizer.scrollToIndex(linked, { align: 'start' });
  }, [linked, virtualizer]);
  const toError = (direction: 1 | -1) => go(nextPlace(errors, at, direction));
  const toFound = (direction: 1 | -1) => go(nextPlace(found, at, direction));
  useHotkeys([
    ['e', () => toError(1)],
    ['shift+e', () => toError(-1)],
  ]);

  return (
    <>
      <Paper ref={bar} pos="sticky" top={HEADER_HEIGHT} py="xs" style={{ zIndex: 2 }} radius={0} data-bar>
        <Group gap="xs">
          <TextInput
            type="search"
            aria-label="Find in this transcript"
            placeholder="Find"
            size="xs"
            w={180}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Enter' && toFound(event.shiftKey ? -1 : 1)}
          />
          {isSearching && (
            <>
              <Text size="xs" role="status">
                {placeWords(found, at, 'place')}
              </Text>
              <Button size="compact-xs" variant="default" disabled={found.length === 0} onClick={() => toFound(-1)}>
                Previous
              </Button>
              <Button size="compact-xs" variant="default" disabled={found.length === 0} onClick={() => toFound(1)}>
                Next
              </Button>
            </>
          )}
          {errors.length > 0 && (
            <Button size="compact-xs" color="red" variant="light" title="e" onClick={() => toError(1)} data-errors>
              {placeWords(errors, at, 'turn with errors', 'turns with errors')}: next
            </Button>
          )}
          <Button size="compact-xs" variant="default" onClick={() => go(rows.length - 1)}>
            Latest
          </Button>
        </Group>
      </Paper>
      <Box ref={list} pos="relative" h={virtualizer.getTotalSize()}>
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
              style={{ transform: `translateY(${item.start - top}px)` }}
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

/** "2 of 5 places" at one of them, else "5 places". */
function placeWords(places: readonly number[], at: number, one: string, many?: string): string {
  const index = places.indexOf(at);
  return `${index < 0 ? '' : `${index + 1} of `}${count(places.length, one, many)}`;
}

/** What was opened or closed by hand; besides, what has the searched words is open. */
function useFolds(wanted: string): Folds {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const needle = wanted.toLowerCase();
  return {
    isOpen: (key, text) => toggled.has(key) !== (needle !== '' && text.toLowerCase().includes(needle)),
    toggle: (key) =>
      setToggled((before) => {
        const after = new Set(before);
        if (!after.delete(key)) after.add(key);
        return after;
      }),
  };
}
