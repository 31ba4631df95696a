/** What the pages of one epic share: its title, its state, its pages, and what can be done with it. */
import { Button, Group, Stack, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { memo, type ReactNode, useState } from 'react';
import { isFinal } from '../../api/client/epic-now.ts';
import { type Control, type EpicItself, epicItselfOf, useControl } from '../data/epics.ts';
import { Confirm } from './confirm.tsx';
import { nothing } from './empty-states.ts';
import { money, span } from './format.ts';
import { InterruptEpic } from './interrupt-epic.tsx';
import { OutLink, PageLink } from './link.tsx';
import { Outcome } from './outcome.tsx';
import { usePerson } from './person.tsx';
import { CANCEL_EPIC } from './question.ts';
import { Read } from './read.tsx';
import { RunLink } from './run-link.tsx';
import { Failure, Hold, State } from './state.tsx';
import { SubmitAgain } from './submit-again.tsx';
import { Tell } from './tell.tsx';
import { useNow } from './time.tsx';

const TABS = [
  { value: 'overview', label: 'Overview', to: '/epics/$epicId' },
  { value: 'plan', label: 'Plan', to: '/epics/$epicId/plan' },
  { value: 'changes', label: 'Changes', to: '/epics/$epicId/diff' },
  { value: 'cost', label: 'Cost', to: '/epics/$epicId/cost' },
  { value: 'story', label: 'Story', to: '/epics/$epicId/story' },
  { value: 'log', label: 'Log', to: '/epics/$epicId/log' },
] as const;

interface Props {
  readonly epicId: string;
  readonly tab: (typeof TABS)[number]['value'];
  readonly children: (epic: EpicItself) => ReactNode;
}

export function EpicFrame({ epicId, tab, children }: Props) {
  const epic = useQuery(epicItselfOf(epicId));
  const navigate = useNavigate();
  const open = (value: string | null) => {
    const to = TABS.find((one) => one.value === value)?.to;
    if (to !== undefined) void navigate({ to, params: { epicId } });
  };
  return (
    <Stack>
      <Read of={epic} what="the epic">
        {(known) => {
          if (known === null) return <Text>The epic has started; nothing is recorded of it yet.</Text>;
          return (
            <>
              <Head epic={known} />
              <Tabs value={tab} onChange={open}>
                <Tabs.List>
                  {TABS.map(({ value, label }) => (
                    <Tabs.Tab key={value} value={value} px={{ base: 8, xs: 'md' }}>
                      {label}
                    </Tabs.Tab>
                  ))}
                </Tabs.List>
                <Tabs.Panel value={tab} pt="md">
                  {children(known)}
                </Tabs.Panel>
              </Tabs>
            </>
          );
        }}
      </Read>
    </Stack>
  );
}

function Head({ epic }: { readonly epic: EpicItself }) {
  const now = useNow(1_000);
  const { cost, startedAt, closedAt } = epic;
  const took = (closedAt === null ? now : Date.parse(closedAt)) - Date.parse(startedAt);
  const cap = cost.capUsd === null ? '' : ` of ${money(cost.capUsd)}`;
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="flex-start" gap="xs">
        <Title order={1}>{epic.title}</Title>
        <Controls id={epic.id} isFinished={isFinal(epic.state)} isPaused={epic.paused} />
      </Group>
      <Group gap="sm">
        <State state={epic.state} paused={epic.paused} />
        <Text size="sm">{epic.phase}</Text>
        <Text size="sm" c="dimmed" title={new Date(startedAt).toLocaleString()}>
          {span(took)} · {money(cost.settledUsd)}
          {cap} · {epic.repository ?? nothing('repository', isFinal(epic.state))}
          {epic.baseBranch === null ? '' : ` into ${epic.baseBranch}`}
        </Text>
        {epic.source !== null && (
          <Text size="sm">
            {epic.source.url === null ? epic.source.id : <OutLink href={epic.source.url}>{epic.source.id}</OutLink>} in{' '}
            {epic.source.tracker}
          </Text>
        )}
        <RunLink url={epic.temporalUrl} />
        {epic.requests.length > 0 && (
          <PageLink to="/epics/$epicId" params={{ epicId: epic.id }} size="sm" hash="questions">
            {epic.requests.length} waiting for you
          </PageLink>
        )}
      </Group>
      <Hold hold={epic.hold} />
      <Failure failure={epic.failure} />
      {(epic.state === 'FAILED' || epic.state === 'CANCELLED') && <SubmitAgain epic={epic} />}
    </Stack>
  );
}

interface ControlsProps {
  readonly id: string;
  readonly isFinished: boolean;
  readonly isPaused: boolean;
}

/** The time above it goes on each second; this does not. */
const Controls = memo(function Controls({ id, isFinished, isPaused }: ControlsProps) {
  const control = useControl(id);
  const person = usePerson();
  const [isSure, setSure] = useState(false);
  if (isFinished) return null;
  const send = (wanted: Control) => person.as((by) => control.mutate({ control: wanted, by }));
  const toggle = isPaused ? 'resume' : 'pause';
  return (
    <Stack gap={4} align="flex-end">
      <Group gap="xs" align="flex-start">
        <Tell id={id} />
        <InterruptEpic id={id} />
        <Button variant="default" loading={control.isPending} onClick={() => send(toggle)}>
          {isPaused ? 'Resume' : 'Pause'}
        </Button>
        <Button variant="default" onClick={() => setSure(true)}>
          Cancel
        </Button>
      </Group>
      {control.isError && (
        <Text role="alert" size="sm" c="var(--mantine-color-error)">
          {control.error.message}
        </Text>
      )}
      {control.data?.status === 'pending' && (
        <Outcome
          error={null}
          reply={control.data}
          sent={{ epicId: id, name: control.variables?.control ?? '', by: control.variables?.by }}
        />
      )}
      <Confirm
        opened={isSure}
        title="Cancel the epic?"
        words={CANCEL_EPIC}
        action="Cancel the epic"
        onClose={() => setSure(false)}
        onConfirm={() => {
          setSure(false);
          send('cancel');
        }}
      />
    </Stack>
  );
});
