/** Issues that asked to be built: what they became, or why they were left. */
import { Badge, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type IntakeEntry, intake } from '../data/intake.ts';
import { MOST } from '../data/limits.ts';
import { OutLink, PageLink } from '../parts/link.tsx';
import { More } from '../parts/more.tsx';
import { Read } from '../parts/read.tsx';
import { Ago } from '../parts/time.tsx';
import { WideTable } from '../parts/wide-table.tsx';

export function IntakePage() {
  const entries = useQuery(intake);
  return (
    <Stack>
      <Title order={1}>Issues</Title>
      <Read of={entries} what="the issues">
        {(known) =>
          known.length === 0 ? (
            <Text c="dimmed">
              No issue asked to be built. With LINEAR_API_KEY, issues of Linear become epics: docs/operations.md says
              how.
            </Text>
          ) : (
            <>
              <More list="issues" length={known.length}>
                These are the {MOST.issues} that were looked at last; use the search to find the epics of older ones.
              </More>
              <WideTable
                minWidth={560}
                head={
                  <>
                    <Table.Th>Issue</Table.Th>
                    <Table.Th>What it became</Table.Th>
                    <Table.Th>Looked at</Table.Th>
                  </>
                }
              >
                {known.map((entry) => (
                  <Row key={entry.identifier} entry={entry} />
                ))}
              </WideTable>
            </>
          )
        }
      </Read>
    </Stack>
  );
}

function Row({
  entry: { identifier, title, url, outcome, reason, epicId, lookedAt },
}: {
  readonly entry: IntakeEntry;
}) {
  return (
    <Table.Tr>
      <Table.Td>
        <OutLink href={url}>{identifier}</OutLink> {title}
      </Table.Td>
      <Table.Td>
        <Badge color={outcome === 'taken' ? 'green' : 'gray'} variant="light" tt="none" mr={6}>
          {outcome}
        </Badge>
        {epicId === null ? (
          reason
        ) : (
          <PageLink to="/epics/$epicId" params={{ epicId }}>
            {epicId}
          </PageLink>
        )}
      </Table.Td>
      <Table.Td>
        <Ago at={lookedAt} />
      </Table.Td>
    </Table.Tr>
  );
}
