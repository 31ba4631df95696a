/** The pull requests of an epic or task, with the way to what each changes. */
import { Badge, Table, Title } from '@mantine/core';
import { memo } from 'react';
import { shortBranch } from '../../api/client/branch-name.ts';
import type { PullRequest } from '../data/epics.ts';
import { OutLink, PageLink } from './link.tsx';
import { WideTable } from './wide-table.tsx';

const COLORS = { open: 'blue', merged: 'green', closed: 'gray' } as const;

interface Props {
  readonly epicId: string;
  readonly pullRequests: readonly PullRequest[];
}

export const PullRequests = memo(function PullRequests({ epicId, pullRequests }: Props) {
  if (pullRequests.length === 0) return null;
  return (
    <>
      <Title order={2}>Pull requests</Title>
      <WideTable minWidth={480}>
        {pullRequests.map(({ number, title, url, head, base, state }) => (
          <Table.Tr key={number}>
            <Table.Td>
              <OutLink href={url}>#{number}</OutLink>
            </Table.Td>
            <Table.Td>
              <PageLink to="/epics/$epicId/diff" params={{ epicId }} search={{ pullRequest: number }}>
                {title}
              </PageLink>
            </Table.Td>
            <Table.Td>
              {shortBranch(epicId, head)} → {shortBranch(epicId, base)}
            </Table.Td>
            <Table.Td>
              <Badge color={COLORS[state]} variant="light" tt="none">
                {state}
              </Badge>
            </Table.Td>
          </Table.Tr>
        ))}
      </WideTable>
    </>
  );
});
