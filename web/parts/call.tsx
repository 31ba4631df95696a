/** One tool call: a line that says what it was and how it ended; input and output when opened. */
import { Badge, Code, Group, ScrollArea, Stack, Text } from '@mantine/core';
import type { ToolCall } from '../data/transcript-pages.ts';
import { Fold } from './fold.tsx';
import { Output } from './output.tsx';
import { plainOutput } from './plain-output.ts';
import { endOf, inputParts, isFailed, outcomeOf, sizeOf, summaryOf } from './tool-call.ts';
import { shortSpan } from './turn-figures.ts';

interface Props {
  readonly call: ToolCall;
  /** Its agent has ended: nothing comes any more. */
  readonly isOver: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly isPlain: boolean;
}

export function Call({ call, isOver, isOpen, onToggle, isPlain }: Props) {
  const failed = isFailed(call);
  return (
    <div data-failed={failed || undefined}>
      <Fold isOpen={isOpen} onToggle={onToggle} summary={<Summary call={call} isOver={isOver} />}>
        <Stack gap="xs" pl={16} pt={4}>
          {inputParts(call.input).map(({ label, text, isShort }) =>
            isShort ? (
              <Text key={label} size="xs" c="dimmed">
                {label} <Code>{text}</Code>
              </Text>
            ) : (
              <Part key={label} label={label} text={text} />
            ),
          )}
          {call.output !== null && (
            <div>
              <Text size="xs" c="dimmed">
                {call.truncated ? `the first ${sizeOf(call.output)} of its output` : 'output'}
              </Text>
              <Output text={call.output} label={`Output of ${call.name}`} isPlain={isPlain} />
            </div>
          )}
        </Stack>
      </Fold>
      {failed && !isOpen && call.output !== null && (
        <Text size="xs" ff="monospace" c="var(--mantine-color-error)" pl={16} lineClamp={3} style={PRE}>
          {endOf(plainOutput(call.output))}
        </Text>
      )}
    </div>
  );
}

const PRE = { whiteSpace: 'pre-wrap' } as const;

function Summary({ call, isOver }: { readonly call: ToolCall; readonly isOver: boolean }) {
  const { name, output, truncated, startedAt, finishedAt } = call;
  const outcome = outcomeOf(call, isOver);
  const size = output === null ? '' : ` · ${truncated ? 'over ' : ''}${sizeOf(output)}`;
  const time =
    startedAt === null || finishedAt === null ? '' : ` · ${shortSpan(Date.parse(finishedAt) - Date.parse(startedAt))}`;
  return (
    <Group gap={6} justify="space-between" wrap="wrap" flex={1} miw={0}>
      <Text size="sm" ff="monospace" flex="1 1 220px" miw={0} lineClamp={2}>
        <Text span inherit fw={600}>
          {SHORT[name] ?? name}
        </Text>{' '}
        {summaryOf(call)}
      </Text>
      <Group gap={6} wrap="nowrap">
        {outcome !== 'done' && (
          <Badge size="sm" tt="none" variant="light" color={isFailed(call) ? 'red' : 'gray'}>
            {outcome}
          </Badge>
        )}
        <Text size="xs" c="dimmed">
          {outcome === 'done' && 'done'}
          {size}
          {time}
        </Text>
      </Group>
    </Group>
  );
}

/** What engineers call them. */
const SHORT: Readonly<Record<string, string>> = { str_replace_based_edit_tool: 'edit' };

function Part({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}>
        <Code block fz="xs" style={PRE}>
          {text}
        </Code>
      </ScrollArea.Autosize>
    </div>
  );
}
