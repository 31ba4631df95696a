/** The turn that is being written, below those that are stored. */
import { Box, Group, Paper, Stack, Text } from '@mantine/core';
import { memo, useRef } from 'react';
import { withoutDirections } from '../data/direction-marks.ts';
import type { Draft, DraftBlock } from '../data/draft-parts.ts';
import { Fold } from './fold.tsx';
import { count } from './format.ts';
import { useKeptEnd } from './keep-end.ts';
import { Markdown } from './markdown.tsx';
import { sizeOf } from './tool-call.ts';

interface Props {
  /** Undefined while nothing is written. */
  readonly draft: Draft | undefined;
  readonly opened: ReadonlySet<string>;
  readonly toggle: (key: string) => void;
}

/** Stays on the page without a draft, since it keeps the end in sight. */
export function DraftTurn({ draft, opened, toggle }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const keptHeight = useKeptEnd(box, draft !== undefined);
  return (
    <Box ref={box} mih={keptHeight}>
      {draft !== undefined && (
        <Paper component="article" aria-label={`Turn ${draft.turn}, being written`} withBorder p="sm" data-draft>
          <Stack gap="xs">
            <Group gap="xs">
              <Text size="sm" fw={600}>
                Turn {draft.turn}
              </Text>
              <Text size="xs" c="dimmed">
                is being written…
              </Text>
            </Group>
            {draft.blocks.map((block) => {
              const key = `${draft.turn}/${block.index}`;
              return <DraftBlockView key={key} block={block} id={key} isOpen={opened.has(key)} toggle={toggle} />;
            })}
          </Stack>
        </Paper>
      )}
    </Box>
  );
}

/** Longer text is shown as it was written: it is read as Markdown each time that it grows. */
const MOST_MARKDOWN = 20_000;

interface BlockProps {
  readonly block: DraftBlock;
  readonly id: string;
  readonly isOpen: boolean;
  readonly toggle: (key: string) => void;
}

const DraftBlockView = memo(function DraftBlockView({ block, id, isOpen, toggle }: BlockProps) {
  if (block.kind === 'call') {
    return (
      <Text size="sm">
        <Text span size="sm" ff="monospace" fw={600}>
          {withoutDirections(block.name)}
        </Text>{' '}
        <Text span size="sm" c="dimmed">
          {block.characters === 0 ? 'is being called' : `with ${count(block.characters, 'character')} so far`}
        </Text>
      </Text>
    );
  }
  const { offset } = block;
  // Not before, since offsets count what came.
  const text = withoutDirections(block.text);
  const leftOut = offset > 0 && (
    <Text size="sm" c="dimmed">
      {count(offset, 'character')} before this {offset === 1 ? 'is' : 'are'} shown once the answer is stored.
    </Text>
  );
  if (block.kind === 'thinking') {
    return (
      <Fold
        isOpen={isOpen}
        onToggle={() => toggle(id)}
        summary={
          <Text size="sm" c="dimmed" fs="italic">
            {text === '' ? 'Thinking' : `Thinking, ${sizeOf(text)}`}
          </Text>
        }
      >
        {leftOut}
        <Text size="sm" c="dimmed" pl={16} style={{ whiteSpace: 'pre-wrap' }}>
          {text}
        </Text>
      </Fold>
    );
  }
  return (
    <>
      {leftOut}
      {text.length > MOST_MARKDOWN ? <Text style={{ whiteSpace: 'pre-wrap' }}>{text}</Text> : <Markdown text={text} />}
    </>
  );
});
