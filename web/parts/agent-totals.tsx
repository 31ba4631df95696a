/** What all turns of an agent came to. */
import { Group, Stack, Text } from '@mantine/core';
import type { Turn } from '../data/transcript-pages.ts';
import { money } from './format.ts';
import { cacheShare, inputOf, percent, shortNumber, shortSpan, totalsOf } from './turn-figures.ts';

export function AgentTotals({ turns }: { readonly turns: readonly Turn[] }) {
  const totals = totalsOf(turns);
  const share = cacheShare(totals);
  const failed = totals.failedCalls === 0 ? '' : `, ${totals.failedCalls} failed`;
  return (
    <Group component="dl" gap="lg" m={0} data-totals>
      <Figure label="Turns" value={String(totals.turns)} />
      <Figure label="Cost" value={money(totals.costUsd)} />
      <Figure label="Tokens read" value={shortNumber(inputOf(totals))} />
      <Figure label="From the cache" value={share === undefined ? 'none' : percent(share)} />
      <Figure label="Tokens written" value={shortNumber(totals.output)} />
      <Figure label="Tool calls" value={`${totals.calls}${failed}`} />
      <Figure label="Model" value={shortSpan(totals.modelMs)} />
      <Figure label="Tools" value={shortSpan(totals.toolsMs)} />
    </Group>
  );
}

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <Stack gap={0}>
      <Text component="dt" size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="dd" fw={600} m={0}>
        {value}
      </Text>
    </Stack>
  );
}
