/** What an epic has cost: how it grew, against its cap, and by purpose, task and agent. */
import { Box, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { isFinal } from '../../api/client/epic-now.ts';
import { type Costs, costsOf } from '../data/costs.ts';
import { SetCap } from '../parts/cap-form.tsx';
import { costRows, costWords } from '../parts/cost-rows.ts';
import { nothing } from '../parts/empty-states.ts';
import { EpicFrame } from '../parts/epic-frame.tsx';
import { count, money } from '../parts/format.ts';
import { PageLink } from '../parts/link.tsx';
import { Read } from '../parts/read.tsx';
import { WideTable } from '../parts/wide-table.tsx';

const CostChart = lazy(async () => ({ default: (await import('../parts/cost-chart.tsx')).CostChart }));
const route = getRouteApi('/epics/$epicId/cost');

export function CostPage() {
  const { epicId } = route.useParams();
  return (
    <EpicFrame epicId={epicId} tab="cost">
      {({ state }) => (
        <Stack>
          <Cost epicId={epicId} isOver={isFinal(state)} />
          {!isFinal(state) && <Caps epicId={epicId} />}
        </Stack>
      )}
    </EpicFrame>
  );
}

/** What it is now is not known while it could not be read. */
function Caps({ epicId }: { readonly epicId: string }) {
  const { data } = useQuery(costsOf(epicId));
  return (
    <>
      <SetCap epicId={epicId} unit="usd" present={data?.capUsd ?? null} />
      <SetCap epicId={epicId} unit="tokens" present={data?.capTokens ?? null} />
    </>
  );
}

function Cost({ epicId, isOver }: { readonly epicId: string; readonly isOver: boolean }) {
  const costs = useQuery(costsOf(epicId));
  return (
    <Read of={costs} what="the cost">
      {(known) =>
        known.points.length === 0 ? <Text c="dimmed">{nothing('call', isOver)}</Text> : <Parts costs={known} />
      }
    </Read>
  );
}

function Parts({ costs }: { readonly costs: Costs }) {
  return (
    <Stack>
      <Text>{costWords(costs)}</Text>
      <Box h={260} role="img" aria-label={`The cost grew to ${money(costs.settledUsd)}`}>
        <Suspense fallback={<Skeleton h={260} />}>
          <CostChart costs={costs} />
        </Suspense>
      </Box>
      {costRows(costs).map(({ title, head, rows }) => {
        const hasLost = rows.some(({ lost }) => lost > 0);
        return (
          <Stack key={title} gap="xs">
            <Title order={2}>{title}</Title>
            <WideTable
              minWidth={420}
              head={
                <>
                  <Table.Th>{head}</Table.Th>
                  <Table.Th ta="right">Cost</Table.Th>
                  <Table.Th ta="right">Tokens</Table.Th>
                  <Table.Th ta="right">Calls</Table.Th>
                  {hasLost && <Table.Th>Failed or lost</Table.Th>}
                </>
              }
            >
              {rows.map(({ key, name, agentId, taskKey, costUsd, capUsd, tokens, calls, lost }) => (
                <Table.Tr key={key}>
                  <Table.Td>
                    {agentId !== undefined ? (
                      <PageLink to="/agents/$agentId" params={{ agentId }}>
                        {name}
                      </PageLink>
                    ) : taskKey !== undefined ? (
                      <PageLink to="/tasks/$taskId" params={{ taskId: `${costs.epicId}.${taskKey}` }}>
                        {name}
                      </PageLink>
                    ) : (
                      name
                    )}
                  </Table.Td>
                  <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                    {money(costUsd)}
                    {capUsd !== null && ` of ${money(capUsd)}`}
                  </Table.Td>
                  <Table.Td ta="right">{tokens}</Table.Td>
                  <Table.Td ta="right">{calls}</Table.Td>
                  {hasLost && <Table.Td>{lost === 0 ? '' : count(lost, 'call')}</Table.Td>}
                </Table.Tr>
              ))}
            </WideTable>
          </Stack>
        );
      })}
    </Stack>
  );
}
