/** Epics in a table, or as cards: how far each is, what it costs, and what it waits for. */
import { Card, Group, Progress, Stack, Table, Text } from '@mantine/core';
import { memo, useDeferredValue, useEffect } from 'react';
import { isFinal } from '../../api/client/epic-now.ts';
import type { EpicInList } from '../data/epics.ts';
import { nothing } from './empty-states.ts';
import { count, money } from './format.ts';
import { PageLink } from './link.tsx';
import { Failure, Hold, State } from './state.tsx';
import { Ago } from './time.tsx';
import { useNarrow } from './use-narrow.ts';
import { WideTable } from './wide-table.tsx';

/** More than fit on a screen. */
const FIRST_ROWS = 20;

/** A person who comes back finds the whole list, at the row where they were. */
let wasWhole = false;

/** When the page is opened: draws what is seen first, and right after it the rest. */
export function EpicTable({ epics: all }: { readonly epics: readonly EpicInList[] }) {
  const isWhole = useDeferredValue(true, wasWhole);
  useEffect(() => {
    wasWhole ||= isWhole;
  }, [isWhole]);
  const epics = isWhole ? all : all.slice(0, FIRST_ROWS);
  if (useNarrow()) {
    return (
      <Stack gap="xs">
        {epics.map((epic) => (
          <EpicCard key={epic.id} epic={epic} />
        ))}
      </Stack>
    );
  }
  return (
    <WideTable
      minWidth={560}
      highlightOnHover
      head={
        <>
          <Table.Th>Epic</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Tasks</Table.Th>
          <Table.Th ta="right">Cost</Table.Th>
          <Table.Th>Started</Table.Th>
        </>
      }
    >
      {epics.map((epic) => (
        <EpicRow key={epic.id} epic={epic} />
      ))}
    </WideTable>
  );
}

interface OfEpic {
  readonly epic: EpicInList;
}

/** An epic that was read again as it was is the same object, and is not drawn again. */
const EpicCard = memo(function EpicCard({ epic }: OfEpic) {
  return (
    <Card withBorder padding="sm" data-epic={epic.id}>
      <Stack gap="xs">
        <Name epic={epic} />
        <Group gap="sm">
          <State state={epic.state} paused={epic.paused} />
          <Questions epic={epic} />
        </Group>
        <TaskProgress epic={epic} />
        <Text size="sm">
          <Cost epic={epic} /> · started <Ago at={epic.startedAt} />
        </Text>
      </Stack>
    </Card>
  );
});

function Name({ epic }: OfEpic) {
  return (
    <Stack gap={2}>
      <PageLink to="/epics/$epicId" params={{ epicId: epic.id }} fw={600}>
        {epic.title}
      </PageLink>
      <Hold hold={epic.hold} />
      <Failure failure={epic.failure} />
    </Stack>
  );
}

function Questions({ epic: { openRequests } }: OfEpic) {
  if (openRequests === 0) return null;
  return (
    <Text size="sm" c="var(--warning-text)">
      {count(openRequests, 'question')} open
    </Text>
  );
}

const EpicRow = memo(function EpicRow({ epic }: OfEpic) {
  return (
    <Table.Tr data-epic={epic.id}>
      <Table.Td>
        <Name epic={epic} />
      </Table.Td>
      <Table.Td>
        <State state={epic.state} paused={epic.paused} />
        <Questions epic={epic} />
      </Table.Td>
      <Table.Td miw={120}>
        <TaskProgress epic={epic} />
      </Table.Td>
      <Table.Td ta="right">
        <Cost epic={epic} />
      </Table.Td>
      <Table.Td>
        <Ago at={epic.startedAt} />
      </Table.Td>
    </Table.Tr>
  );
});

/** An epic that has spent most of its cap will soon ask for more. */
const NEARLY = 0.8;

function Cost({ epic: { costUsd, capUsd } }: OfEpic) {
  const isNear = capUsd !== null && costUsd >= NEARLY * capUsd;
  return (
    <Text span inherit style={{ whiteSpace: 'nowrap' }} {...(isNear ? { c: 'var(--warning-text)' } : {})}>
      {money(costUsd)}
      {capUsd !== null && ` of ${money(capUsd)}`}
    </Text>
  );
}

function TaskProgress({ epic: { tasks, state } }: OfEpic) {
  const all = Object.values(tasks).reduce((sum, number) => sum + number, 0);
  if (all === 0) return <Text size="sm">{nothing('plan in a list', isFinal(state))}</Text>;
  const { COMPLETED: done = 0, FAILED: failed = 0 } = tasks;
  const words = `${done} of ${count(all, 'task')} done${failed > 0 ? `, ${failed} failed` : ''}`;
  return (
    <Stack gap={4}>
      <Text size="sm">{words}</Text>
      <Progress.Root size="sm" aria-hidden>
        <Progress.Section value={(100 * done) / all} color="green" />
        <Progress.Section value={(100 * failed) / all} color="red" />
      </Progress.Root>
    </Stack>
  );
}
