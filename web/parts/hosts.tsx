/** The hosts of the fleet: how full each is, how it confines agents, and what runs there. */
import { Alert, Badge, Card, Group, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { availabilityOf } from '../../api/client/host-availability.ts';
import type { Fleet, FleetHost } from '../data/fleet.ts';
import { AVAILABILITY_COLORS, isUnconfined } from './fleet.ts';
import { PartLink } from './part-link.tsx';
import { Ago } from './time.tsx';

interface Props {
  readonly fleet: Fleet;
  /** When it was read, in ms. */
  readonly readAt: number;
}

export function Hosts({ fleet: { hosts, lostPlacements }, readAt }: Props) {
  return (
    <>
      {lostPlacements.length > 0 && (
        <Alert color="orange" role="status" title="Work is placed on hosts that are not there">
          <Stack gap={4}>
            It goes on when its host is back; cancel it, or start a worker process there.
            {lostPlacements.map((held) => (
              <Text key={`${held.epicId}.${held.taskKey}`} size="sm">
                <PartLink epicId={held.epicId} taskKey={held.taskKey} title={held.title} c="inherit" /> on {held.host},{' '}
                <Ago at={held.since} />
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
  const { name, taken, capacity, sandbox, refusal, leftAt, lastSeenAt, placements } = host;
  const availability = availabilityOf(host, readAt);
  return (
    <Card withBorder component="section" aria-label={name} data-host={name}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <Title order={3}>{name}</Title>
          <Badge color={AVAILABILITY_COLORS[availability]} variant="light" tt="none">
            {availability}
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
        {(leftAt !== null || availability === 'silent') && (
          <Text size="sm" c="dimmed">
            {leftAt === null ? 'last heard of' : 'signed off'} <Ago at={leftAt ?? lastSeenAt} />
          </Text>
        )}
        {placements.length === 0 && (
          <Text size="sm" c="dimmed">
            Nothing runs here.
          </Text>
        )}
        {placements.map((held) => (
          <Text key={`${held.epicId}.${held.taskKey}`} size="sm">
            <PartLink epicId={held.epicId} taskKey={held.taskKey} title={held.title} />{' '}
            <Text span inherit c="dimmed">
              {held.taskKey !== null && `${held.epicTitle ?? held.epicId} · `}
              <Ago at={held.since} />
            </Text>
          </Text>
        ))}
      </Stack>
    </Card>
  );
}
