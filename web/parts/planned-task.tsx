/** One task of a plan: what it is, when it is done, what it builds on, and how its last checks came out. */
import { Badge, Card, Code, Group, Stack, Text, Title } from '@mantine/core';
import { memo } from 'react';
import { isFinal } from '../../api/client/epic-now.ts';
import type { PlannedTask } from '../data/plans.ts';
import { Criteria } from './criteria.tsx';
import { money, whole } from './format.ts';
import { PageLink } from './link.tsx';
import { Markdown } from './markdown.tsx';
import { State } from './state.tsx';
import { Ago } from './time.tsx';

interface Props {
  readonly task: PlannedTask;
  readonly state: PlannedTask['state'];
}

export const PlannedTaskCard = memo(function PlannedTaskCard({ task, state }: Props) {
  const { id, key, title, description, criteria, dependsOn, files, budgetUsd, budgetTokens, checked } = task;
  return (
    <Card withBorder component="section" data-planned={key}>
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div>
            <Title order={2} fz="md">
              <PageLink to="/tasks/$taskId" params={{ taskId: id }}>
                {title}
              </PageLink>
            </Title>
            <Text size="xs" c="dimmed">
              {key}
              {dependsOn.length > 0 && ` · builds on ${dependsOn.join(', ')}`}
              {files.length > 0 && ` · touches ${files.join(', ')}`}
              {budgetUsd !== null && ` · may cost ${money(budgetUsd)}`}
              {budgetTokens !== null && ` · may use ${whole(budgetTokens)} tokens`}
            </Text>
          </div>
          <State state={state} />
        </Group>
        {description !== '' && <Markdown text={description} />}
        {criteria.length === 0 ? (
          <Text size="sm" c="dimmed">
            No acceptance criteria were given.
          </Text>
        ) : (
          <>
            <Text size="sm" fw={600}>
              Done when
            </Text>
            <Criteria criteria={criteria} asked={isFinal(state)} />
          </>
        )}
        <Checked checked={checked} isOver={isFinal(state)} />
      </Stack>
    </Card>
  );
});

function Checked({ checked, isOver }: Pick<PlannedTask, 'checked'> & { readonly isOver: boolean }) {
  if (checked === null) {
    return (
      <Text size="sm" c="dimmed">
        {isOver ? 'No check ran.' : 'Not checked yet.'}
      </Text>
    );
  }
  const { commitSha, checks, unrun, coveredBy, at } = checked;
  return (
    <Group gap="xs">
      <Text size="sm">
        Checked <Ago at={at} /> at <Code title={commitSha}>{commitSha.slice(0, 12)}</Code>
        {coveredBy !== null && `, together with others as ${coveredBy.slice(0, 12)}`}
      </Text>
      {checks.map(({ check, exitCode }) => (
        <Badge key={check} color={exitCode === 0 ? 'green' : 'red'} variant="light" tt="none">
          {check}: {exitCode === 0 ? 'green' : `exit ${exitCode}`}
        </Badge>
      ))}
      {unrun.map((check) => (
        <Badge key={check} color="orange" variant="light" tt="none" data-unrun={check}>
          {check}: {isOver ? 'not run' : 'not run yet'}
        </Badge>
      ))}
    </Group>
  );
}
