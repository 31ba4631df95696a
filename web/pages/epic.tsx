/** One epic: its questions, its tasks as a graph and as a list, its pull requests and its evidence. */
import { Card, Code, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { answeredTurns } from '../../api/client/answered-turns.ts';
import { isFinal } from '../../api/client/epic-now.ts';
import { type EpicItself, tasksOf } from '../data/epics.ts';
import { AddTask } from '../parts/add-task.tsx';
import { nothing } from '../parts/empty-states.ts';
import { EpicFrame } from '../parts/epic-frame.tsx';
import { EvidenceList } from '../parts/evidence.tsx';
import { count, money, unreadWords } from '../parts/format.ts';
import { PageLink } from '../parts/link.tsx';
import { Markdown } from '../parts/markdown.tsx';
import { PullRequests } from '../parts/pull-requests.tsx';
import { Questions } from '../parts/questions.tsx';
import { State } from '../parts/state.tsx';
import { TaskList } from '../parts/task-list.tsx';
import { agentTitle } from '../parts/task-story.ts';
import { useNarrow } from '../parts/use-narrow.ts';

const TaskGraph = lazy(async () => ({ default: (await import('../parts/task-graph.tsx')).TaskGraph }));
const route = getRouteApi('/epics/$epicId');

export function EpicPage() {
  const { epicId } = route.useParams();
  return (
    <EpicFrame epicId={epicId} tab="overview">
      {(epic) => <Overview epic={epic} />}
    </EpicFrame>
  );
}

interface OfEpic {
  readonly epic: EpicItself;
}

function Overview({ epic }: OfEpic) {
  const troubles = [
    ...epic.retries.map(({ taskKey, message, remedy, attempt }) => ({
      taskKey,
      text: remedy === null ? `tries again (attempt ${attempt}): ${message}` : `${message}. What helps: ${remedy}`,
    })),
    ...epic.unapplied.map(({ taskKey, name, by }) => ({ taskKey, text: `${name} by ${by} is not applied yet` })),
    ...epic.progress.map(({ taskKey, progress }) => ({ taskKey, text: progress })),
    ...(epic.unread === 0 ? [] : [{ taskKey: null, text: unreadWords(epic.unread) }]),
  ];
  return (
    <Stack>
      {epic.requests.length > 0 && (
        <Stack id="questions" gap="sm">
          <Questions requests={epic.requests} showsEpic={false} />
        </Stack>
      )}
      {troubles.map(({ taskKey, text }) => (
        <Text key={`${taskKey} ${text}`} size="sm" c="var(--warning-text)">
          {taskKey === null ? text : `${taskKey}: ${text}`}
        </Text>
      ))}
      <Tasks epic={epic} />
      {epic.agents.length > 0 && (
        <>
          <Title order={2}>Agents of the epic itself</Title>
          {epic.agents.map(({ id, purpose, attempt, turn, costUsd, state, phase }) => (
            <Group key={id} gap="sm">
              <PageLink to="/agents/$agentId" params={{ agentId: id }}>
                {agentTitle({ purpose, attempt })}
              </PageLink>
              <State state={state} />
              <Text size="sm" c="dimmed">
                {count(answeredTurns({ turn }), 'turn')} · {money(costUsd)} · {phase}
              </Text>
            </Group>
          ))}
        </>
      )}
      <PullRequests epicId={epic.id} pullRequests={epic.pullRequests} />
      {epic.evidence.length > 0 && (
        <>
          <Title order={2}>Evidence of all tasks together</Title>
          <EvidenceList evidence={epic.evidence} unrun={epic.unrun} />
        </>
      )}
      <Text size="sm" c="dimmed">
        Its workflow in Temporal: <Code>{epic.workflowId}</Code>
      </Text>
      {epic.description !== '' && (
        <>
          <Title order={2}>Description</Title>
          <Card withBorder>
            <Markdown text={epic.description} />
          </Card>
        </>
      )}
    </Stack>
  );
}

/** Drawn again with each change of a task, the page around them not. */
function Tasks({ epic: { id, title, state } }: OfEpic) {
  const isNarrow = useNarrow();
  const { data: tasks = [] } = useQuery(tasksOf(id));
  // An epic of one task has no branch of its own, so that another has no place in it; the API says so too.
  const takesMore = !isFinal(state) && tasks.length > 1;
  return (
    <>
      <Group justify="space-between">
        <Title order={2}>Tasks</Title>
        {takesMore && <AddTask epicId={id} title={title} keys={tasks.map(({ key }) => key).join(' ')} />}
      </Group>
      {tasks.length === 0 ? (
        <Text c="dimmed">{nothing('plan', isFinal(state))}</Text>
      ) : (
        <>
          {!isNarrow && tasks.some(({ dependsOn }) => dependsOn.length > 0) && (
            <Suspense>
              <TaskGraph tasks={tasks} />
            </Suspense>
          )}
          <TaskList tasks={tasks} />
        </>
      )}
    </>
  );
}
