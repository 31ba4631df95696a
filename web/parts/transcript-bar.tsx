/** Finds words and errors in a transcript. It stays in sight while the transcript scrolls. */
import { Button, Group, Text, TextInput } from '@mantine/core';
import { positionWords } from './transcript-rows.ts';

interface Props {
  readonly words: string;
  readonly onWords: (words: string) => void;
  readonly isSearching: boolean;
  readonly found: readonly number[];
  readonly errors: readonly number[];
  /** The place that was gone to last. */
  readonly at: number;
  readonly onFound: (direction: 1 | -1) => void;
  readonly onError: (direction: 1 | -1) => void;
  readonly onLatest: () => void;
}

export function TranscriptBar({ words, onWords, isSearching, found, errors, at, onFound, onError, onLatest }: Props) {
  return (
    <Group gap="xs">
      <TextInput
        type="search"
        aria-label="Find in this transcript"
        placeholder="Find"
        size="xs"
        w={180}
        value={words}
        onChange={(event) => onWords(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && onFound(event.shiftKey ? -1 : 1)}
      />
      {isSearching && (
        <>
          <Text size="xs" role="status">
            {positionWords(found, at, 'place')}
          </Text>
          <Button size="compact-xs" variant="default" disabled={found.length === 0} onClick={() => onFound(-1)}>
            Previous
          </Button>
          <Button size="compact-xs" variant="default" disabled={found.length === 0} onClick={() => onFound(1)}>
            Next
          </Button>
        </>
      )}
      {errors.length > 0 && (
        <Button
          size="compact-xs"
          color="red"
          variant="light"
          title="The next one: e; the one before: Shift+E"
          onClick={() => onError(1)}
          data-errors
        >
          {positionWords(errors, at, 'turn with errors', 'turns with errors')}: next
        </Button>
      )}
      <Button size="compact-xs" variant="default" onClick={onLatest}>
        Latest
      </Button>
    </Group>
  );
}
