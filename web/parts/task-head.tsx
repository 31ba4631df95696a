/** The head of a task's page: where it belongs, how it stands, where it runs. */
import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Task } from '../data/tasks.ts';
import { span } from './format.ts';
import { PageLink } from './link.tsx';
import { RunLink } from './run-link.tsx';
import { Failure, Hold, State } from './state.tsx';
import { Ago, useNow } from './time.tsx';

interface Props {
  readonly task: Task;
  readonly epicTitle: string | undefined;
  readonly children: ReactNode;
}

export function TaskHead({ task, epicTitle, children }: Props) {
  const { epicId, pullRequest, dependsOn } = task;
  return (
    <Stack gap={4}>
      <Text size="sm">
        <PageLink to="/epics/$epicId" params={{ epicId }}>
          {epicTitle ?? `Epic ${epicId}`}
        </PageLink>
      </Text>
      <Group justify="space-between" align="flex-start" gap="xs" mb={4}>
        <Title order={1}>{task.title}</Title>
        {children}
      </Group>
      <Group gap="sm">
        <State state={task.state} />
        <Text size="sm">{task.phase}</Text>
        {pullRequest !== null && (
          <PageLink to="/epics/$epicId/diff" params={{ epicId }} search={{ pullRequest }} size="sm">
            Pull request #{pullRequest}
          </PageLink>
        )}
        <RunLink url={task.temporalUrl} />
      </Group>
      <Text size="sm" c="dimmed">
        {task.key}
        {task.attempt > 1 && ` · attempt ${task.attempt}`}
        <Times task={task} />
      </Text>
      {dependsOn.length > 0 && (
        <Text size="sm" c="dimmed">
          Builds on{' '}
          {dependsOn.map((key, index) => (
            <span key={key}>
              {index > 0 && ', '}
              <PageLink to="/tasks/$taskId" params={{ taskId: `${epicId}.${key}` }}>
                {key}
              </PageLink>
            </span>
          ))}
        </Text>
      )}
      <Placement task={task} />
      <Hold hold={task.hold} />
      <Failure failure={task.failure} />
    </Stack>
  );
}

function Times({ task: { startedAt, closedAt } }: { readonly task: Task }) {
  const now = useNow();
  if (startedAt === null) return <> · not started</>;
  const took = span((closedAt === null ? now : Date.parse(closedAt)) - Date.parse(startedAt));
  return (
    <>
      {' '}
      · began <Ago at={startedAt} /> · {closedAt === null ? 'running for' : 'took'} {took}
    </>
  );
}

/** A worktree is deleted with the end of its task, unless the task failed. */
function Placement({ task: { state, host, worktree, branch } }: { readonly task: Task }) {
  const hasWorktree = worktree !== null && state !== 'COMPLETED' && state !== 'CANCELLED';
  if (host === null && branch === null) return null;
  return (
    <Text size="sm" c="dimmed">
      {branch !== null && `branch ${branch}`}
      {branch !== null && host !== null && ' · '}
      {host !== null && `host ${host}`}
      {hasWorktree && ` · worktree ${worktree}`}
    </Text>
  );
}
