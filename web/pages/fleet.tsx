/** The fleet: hosts and what runs on them, agents at work, what holds them, limits and versions. */
import { Alert, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Fleet as FleetData, fleet, health } from '../data/fleet.ts';
import { askAgain } from '../data/queries.ts';
import { AgentsAtWork } from '../parts/agents-at-work.tsx';
import { fleetHeadline, holdsNow, limitWords, versionWords } from '../parts/fleet.ts';
import { Hosts } from '../parts/hosts.tsx';
import { Needs } from '../parts/needs.tsx';
import { PauseAll } from '../parts/pause-all.tsx';
import { Read } from '../parts/read.tsx';
import { Exact, useNow } from '../parts/time.tsx';

const SILENCE_EVERY_MS = 15_000;

export function Fleet() {
  // A host that falls silent writes nothing, so no event tells of it; nor does what the factory needs.
  const often = {
    refetchInterval: ({ state: { error } }: { readonly state: { readonly error: Error | null } }) =>
      askAgain(error) || SILENCE_EVERY_MS,
    refetchIntervalInBackground: false,
  };
  const read = useQuery({ ...fleet, ...often });
  const needs = useQuery({ ...health, ...often });
  return (
    <Stack>
      <Title order={1}>Fleet</Title>
      <Read of={read} what="the fleet">
        {(data) => (
          <>
            <Text>{fleetHeadline(data, read.dataUpdatedAt)}</Text>
            <PauseAll pause={data.pause} />
            <ProviderHolds holds={data.providerHolds} />
            <Title order={2}>Hosts</Title>
            <Hosts fleet={data} readAt={read.dataUpdatedAt} />
            <Title order={2}>Agents that have not ended</Title>
            <AgentsAtWork agents={data.agents} />
            <ForgeLimits limits={data.forgeLimits} />
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              <Facts title="Limits" facts={limitFacts(data)} />
              <Facts title="Versions" facts={versionWords(data.versions)} />
            </SimpleGrid>
          </>
        )}
      </Read>
      <Title order={2}>What the factory needs</Title>
      <Read of={needs} what="what the factory needs">
        {(known) => <Needs health={known} />}
      </Read>
    </Stack>
  );
}

function ProviderHolds({ holds }: { readonly holds: FleetData['providerHolds'] }) {
  const now = useNow();
  return holdsNow(holds, now).map(({ provider, model, until, reason }) => (
    <Alert key={`${provider} ${model}`} color="orange" role="status" title={`Calls of ${model} wait for ${provider}`}>
      {reason}; they go on by themselves at <Exact at={until} />.
    </Alert>
  ));
}

function ForgeLimits({ limits }: { readonly limits: FleetData['forgeLimits'] }) {
  if (limits.length === 0) return null;
  return (
    <>
      <Title order={2}>What the forge allows</Title>
      {limits.map(({ host, quota, remaining, resetsAt, silentUntil }) => (
        <Text key={host} size="sm">
          {host}: {remaining.toLocaleString('en')} of {quota.toLocaleString('en')} calls left until{' '}
          <Exact at={resetsAt} />
          {silentUntil !== null && (
            <Text span inherit c="var(--warning-text)">
              {' '}
              · it asked everybody to be silent until <Exact at={silentUntil} />
            </Text>
          )}
        </Text>
      ))}
    </>
  );
}

function limitFacts({ limits, epics }: FleetData): readonly (readonly [string, string])[] {
  const atOnce = epics.atOnce === null ? 'not known: the supervisor does not answer' : `${epics.atOnce}`;
  return [
    ['Epics at once', atOnce],
    ['Epics that run', `${epics.admitted}`],
    ['Epics that wait for admission', `${epics.waiting}`],
    ...limitWords(limits),
  ];
}

function Facts({ title, facts }: { readonly title: string; readonly facts: readonly (readonly [string, string])[] }) {
  return (
    <Stack gap="xs">
      <Title order={2}>{title}</Title>
      <Table>
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th fw={400}>{name}</Table.Th>
              <Table.Td ta="right">{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
