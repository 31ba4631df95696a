/** The tasks of an epic, one a row or a card, each below what it depends on. */
import { Card, Stack, Table, Text } from '@mantine/core';
import { type ComponentType, createContext, memo, useContext } from 'react';
import type { TaskSummary } from '../data/epics.ts';
import { PageLink } from './link.tsx';
import { Failure, Hold, State } from './state.tsx';
import { useNarrow } from './use-narrow.ts';
import { WideTable } from './wide-table.tsx';

/** For the rows: the table around them, which the kit draws as a whole, is not drawn again when they change. */
const Tasks = createContext<readonly TaskSummary[]>([]);

export function TaskList({ tasks }: { readonly tasks: readonly TaskSummary[] }) {
  return (
    <Tasks value={tasks}>
      <List />
    </Tasks>
  );
}

const List = memo(function List() {
  if (useNarrow()) {
    return (
      <Stack gap="xs">
        <Rows of={TaskCard} />
      </Stack>
    );
  }
  return (
    <WideTable
      minWidth={520}
      head={
        <>
          <Table.Th>Task</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Now</Table.Th>
          <Table.Th>Depends on</Table.Th>
        </>
      }
    >
      <Rows of={TaskRow} />
    </WideTable>
  );
});

function Rows({ of: Row }: { readonly of: ComponentType<OfTask> }) {
  return useContext(Tasks).map((task) => <Row key={task.key} task={task} />);
}

interface OfTask {
  readonly task: TaskSummary;
}

/** A task that was read again as it was is the same object: of one that changed, the cells that did are drawn again. */
const TaskRow = memo(function TaskRow({
  task: { id, key, title, attempt, state, phase, hold, failure, dependsOn },
}: OfTask) {
  return (
    <Table.Tr data-task={key}>
      <NameCell id={id} name={key} title={title} attempt={attempt} />
      <StateCell state={state} />
      <NowCell phase={phase} hold={hold} failure={failure} />
      <NeedsCell needs={dependsOn} />
    </Table.Tr>
  );
});

const NameCell = memo(function NameCell(name: NameProps) {
  return (
    <Table.Td>
      <Name {...name} />
    </Table.Td>
  );
});

const StateCell = memo(function StateCell({ state }: Pick<TaskSummary, 'state'>) {
  return (
    <Table.Td>
      <State state={state} />
    </Table.Td>
  );
});

const NowCell = memo(function NowCell(now: NowProps) {
  return (
    <Table.Td>
      <Now {...now} />
    </Table.Td>
  );
});

const NeedsCell = memo(function NeedsCell({ needs }: { readonly needs: readonly string[] }) {
  return (
    <Table.Td>
      <Text size="sm">{needs.join(', ')}</Text>
    </Table.Td>
  );
});

const TaskCard = memo(function TaskCard({ task }: OfTask) {
  const { id, key, title, attempt, state, phase, hold, failure, dependsOn } = task;
  return (
    <Card withBorder padding="sm" data-task={key}>
      <Stack gap="xs" align="flex-start">
        <Name id={id} name={key} title={title} attempt={attempt} />
        <State state={state} />
        <Now phase={phase} hold={hold} failure={failure} />
        {dependsOn.length > 0 && <Text size="sm">Depends on {dependsOn.join(', ')}</Text>}
      </Stack>
    </Card>
  );
});

interface NameProps extends Pick<TaskSummary, 'id' | 'title' | 'attempt'> {
  /** Its key. */
  readonly name: string;
}

function Name({ id, name, title, attempt }: NameProps) {
  return (
    <div>
      <PageLink to="/tasks/$taskId" params={{ taskId: id }} fw={600}>
        {title}
      </PageLink>
      <Text size="xs" c="dimmed">
        {name}
        {attempt > 1 && ` · attempt ${attempt}`}
      </Text>
    </div>
  );
}

type NowProps = Pick<TaskSummary, 'phase' | 'hold' | 'failure'>;

function Now({ phase, hold, failure }: NowProps) {
  if (hold === null && failure === null) return <Text size="sm">{phase}</Text>;
  return (
    <Stack gap={2}>
      <Text size="sm">{phase}</Text>
      <Hold hold={hold} />
      <Failure failure={failure} />
    </Stack>
  );
}
