/** A turn of an agent as a part of a conversation, and a brief that it was given. */
import { Badge, Code, Group, Paper, Stack, Text } from '@mantine/core';
import { memo } from 'react';
import type { Brief, Turn } from '../data/transcript-pages.ts';
import { type Block, blocksOf } from './blocks.ts';
import { Call } from './call.tsx';
import { Fold } from './fold.tsx';
import { money, stateWords } from './format.ts';
import { PageLink } from './link.tsx';
import { Markdown } from './markdown.tsx';
import { Ago } from './time.tsx';
import { sizeOf } from './tool-call.ts';
import { briefPreview, isCutOff } from './transcript-rows.ts';
import { cacheShare, inputOf, modelMs, percent, shortNumber, shortSpan, tokensOf } from './turn-figures.ts';

/** Which parts of a row are open; they stay so while the row is out of sight. */
export interface Folds {
  readonly isOpen: (key: string, text: string) => boolean;
  readonly toggle: (key: string) => void;
  /** A search has opened some of them. */
  readonly isSearching: boolean;
}

interface TurnProps {
  readonly agentId: string;
  readonly turn: Turn;
  readonly isOver: boolean;
  readonly isMarked: boolean;
  readonly folds: Folds;
  /** The task that can be taken back to this turn. */
  readonly rewind: string | undefined;
  /** The agent has another model, which was overloaded. */
  readonly isFallback: boolean;
}

/** Rendered again only when something of it changes: reading Markdown at each scroll would be slow. */
export const TurnRow = memo(function TurnRow({
  agentId,
  turn,
  isOver,
  isMarked,
  folds,
  rewind,
  isFallback,
}: TurnProps) {
  return (
    <Paper
      component="article"
      aria-label={`Turn ${turn.turn}`}
      withBorder
      p="sm"
      data-turn={turn.turn}
      bd={edge(isMarked)}
    >
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Group gap="xs">
            <PageLink
              to="/agents/$agentId"
              params={{ agentId }}
              search={{ turn: turn.turn }}
              replace
              resetScroll={false}
              fw={600}
              size="sm"
            >
              Turn {turn.turn}
            </PageLink>
            {turn.checkpoint !== null && (
              <Badge size="sm" variant="default" tt="none" title={`The files are kept as commit ${turn.checkpoint}`}>
                files kept
              </Badge>
            )}
            {isFallback && (
              <Badge size="sm" color="yellow" variant="light" tt="none" title="The agent’s own model was overloaded">
                by {turn.model}
              </Badge>
            )}
            {isCutOff(turn.stopReason) && (
              <Badge size="sm" color="red" variant="light" tt="none">
                {stateWords(turn.stopReason)}
              </Badge>
            )}
            {rewind !== undefined && (
              <PageLink to="/tasks/$taskId" params={{ taskId: rewind }} search={{ rewind: turn.turn }} size="xs">
                Go back to here
              </PageLink>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {figures(turn)} · <Ago at={turn.finishedAt} />
          </Text>
        </Group>
        {blocksOf(turn).map((block, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of an answer never change
          <BlockView key={index} block={block} id={`${turn.turn}/${index}`} isOver={isOver} folds={folds} />
        ))}
      </Stack>
    </Paper>
  );
});

const edge = (isMarked: boolean): string =>
  `1px solid ${isMarked ? 'var(--mantine-primary-color-filled)' : 'var(--mantine-color-default-border)'}`;

/** "12.3k in, 94 % cached · 456 out · $0.01 · 12 s" */
function figures(turn: Turn): string {
  const tokens = tokensOf(turn.usage);
  const share = cacheShare(tokens);
  const cached = share === undefined ? '' : `, ${percent(share)} cached`;
  return [
    `${shortNumber(inputOf(tokens))} in${cached}`,
    `${shortNumber(tokens.output)} out`,
    money(turn.costUsd),
    shortSpan(modelMs(turn)),
  ].join(' · ');
}

interface BlockProps {
  readonly block: Block;
  readonly id: string;
  readonly isOver: boolean;
  readonly folds: Folds;
}

function BlockView({ block, id, isOver, folds }: BlockProps) {
  if (block.kind === 'text') return <Markdown text={block.text} />;
  if (block.kind === 'call') {
    const { call } = block;
    const text = `${JSON.stringify(call.input)}\n${call.output ?? ''}`;
    const isOpen = folds.isOpen(id, text);
    const onToggle = () => folds.toggle(id);
    return <Call call={call} isOver={isOver} isOpen={isOpen} onToggle={onToggle} isPlain={folds.isSearching} />;
  }
  const name = block.kind === 'thinking' ? 'Thinking' : block.type;
  if (block.text === '') {
    return (
      <Text size="sm" c="dimmed" fs="italic">
        {name}, which the provider does not show
      </Text>
    );
  }
  return (
    <Fold
      isOpen={folds.isOpen(id, block.text)}
      onToggle={() => folds.toggle(id)}
      summary={
        <Text size="sm" c="dimmed" fs="italic">
          {name}, {sizeOf(block.text)}
        </Text>
      }
    >
      {block.kind === 'thinking' ? (
        <Text size="sm" c="dimmed" pl={16} style={{ whiteSpace: 'pre-wrap' }}>
          {block.text}
        </Text>
      ) : (
        <Code block>{block.text}</Code>
      )}
    </Fold>
  );
}

/** "Brief: changes requested" */
const briefTitle = (kind: string): string => `Brief: ${kind.replaceAll('-', ' ')}`;

interface BriefProps {
  readonly brief: Brief;
  readonly id: string;
  readonly folds: Folds;
}

export const BriefRow = memo(function BriefRow({ brief, id, folds }: BriefProps) {
  return (
    <Paper component="article" aria-label={briefTitle(brief.kind)} p="sm" bg="var(--mantine-color-default-hover)">
      <Fold
        isOpen={folds.isOpen(id, brief.body)}
        onToggle={() => folds.toggle(id)}
        summary={
          <Group gap={6} flex={1} miw={0} justify="space-between">
            <Text size="sm" flex="1 1 220px" miw={0} lineClamp={2}>
              <b>{briefTitle(brief.kind)}</b> {briefPreview(brief.body)}
            </Text>
            <Text size="xs" c="dimmed">
              {sizeOf(brief.body)}
            </Text>
          </Group>
        }
      >
        <Text size="sm" pt={6} style={{ whiteSpace: 'pre-wrap' }}>
          {brief.body}
        </Text>
      </Fold>
    </Paper>
  );
});
