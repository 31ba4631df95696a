/** The state of an epic, task or agent; what it waits for; why it failed. */
import { Badge, Text } from '@mantine/core';
import type { Epic } from '../data/epics.ts';
import { colorOf, stateWords } from './format.ts';
import { Ago } from './time.tsx';

export function State({ state, paused = false }: { readonly state: string; readonly paused?: boolean }) {
  return (
    <Badge color={paused ? 'gray' : colorOf(state)} variant="light" radius="sm" tt="none" miw="max-content">
      {paused ? `${stateWords(state)}, paused` : stateWords(state)}
    </Badge>
  );
}

/** Why something waits and since when. Says nothing of what does not wait. */
export function Hold({ hold }: { readonly hold: Epic['hold'] }) {
  if (hold === null) return null;
  return (
    <Text size="sm" c="var(--warning-text)">
      {hold.reason} (<Ago at={hold.since} />)
    </Text>
  );
}

export function Failure({ failure }: { readonly failure: Epic['failure'] }) {
  if (failure === null) return null;
  return (
    <Text size="sm" c="var(--mantine-color-error)" style={{ whiteSpace: 'pre-wrap' }}>
      {failure.type}: {failure.message}
    </Text>
  );
}
