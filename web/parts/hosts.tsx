/** The hosts of the fleet: how full each is, how it confines agents, and what runs there. */
import { Alert, Badge, Card, Group, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { Fleet, FleetHost } from '../data/fleet.ts';
import { isUnconfined, postureOf } from './fleet.ts';
import { PartLink } from './part-link.tsx';
import { Ago } from './time.tsx';

interface Props {
  readonly fleet: Fleet;
  /** When it was read, in ms. */
  readonly readAt: number;
}

export function Hosts({ fleet: { hosts, lostPlaces }, readAt }: Props) {
  return (
    <>
      {lostPlaces.length > 0 && (
        <Alert color="orange" role="status" title="Work is placed on hosts that are not there">
          <Stack gap={4}>
            It goes on when its host is back; cancel it, or start a worker process there.
            {lostPlaces.map((place) => (
              <Text key={`${place.epicId}.${place.taskKey}`} size="sm">
                <PartLink epicId={place.epicId} taskKey={place.taskKey} title={place.title} c="inherit" /> on{' '}
                {place.host}, <Ago at={place.since} />
              </Text>
            ))}
          </Stack>
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        {hosts.map((host) => (
          <HostCard key={host.name} host={host} readAt={readAt} />
        ))}
      </SimpleGrid>
    </>
  );
}

function HostCard({ host, readAt }: { readonly host: FleetHost; readonly readAt: number }) {
  const { name, taken, capacity, sandbox, refusal, leftAt, lastSeenAt, places } = host;
  const { color, words } = postureOf(host, readAt);
  return (
    <Card withBorder component="section" aria-label={name} data-host={name}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <Title order={3}>{name}</Title>
          <Badge color={color} variant="light" tt="none">
            {words}
          </Badge>
        </Group>
        <Text size="sm">
          {taken} of {capacity} slots taken
        </Text>
        <Progress value={(100 * taken) / Math.max(1, capacity)} size="sm" aria-hidden />
        <Text size="sm" c={isUnconfined(sandbox) ? 'var(--warning-text)' : 'dimmed'}>
          {sandbox === null ? 'Its sandbox is not known' : `Sandbox: ${sandbox}`}
        </Text>
        {refusal !== null && (
          <Text size="sm" c="var(--warning-text)">
            {refusal}
          </Text>
        )}
        {(leftAt !== null || words === 'silent') && (
          <Text size="sm" c="dimmed">
            {leftAt === null ? 'last heard of' : 'signed off'} <Ago at={leftAt ?? lastSeenAt} />
          </Text>
        )}
        {places.length === 0 && (
          <Text size="sm" c="dimmed">
            Nothing runs here.
          </Text>
        )}
        {places.map((place) => (
          <Text key={`${place.epicId}.${place.taskKey}`} size="sm">
            <PartLink epicId={place.epicId} taskKey={place.taskKey} title={place.title} />{' '}
            <Text span inherit c="dimmed">
              {place.taskKey !== null && `${place.epicTitle ?? place.epicId} · `}
              <Ago at={place.since} />
            </Text>
          </Text>
        ))}
      </Stack>
    </Card>
  );
}
