/** One task as a story: its attempts and rounds, what was submitted, what proves it. */
import { Card, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { isFinal } from '../../api/client/epic-now.ts';
import { epicOf } from '../data/epics.ts';
import { type Task, taskOf } from '../data/tasks.ts';
import { AgentTimeline } from '../parts/agent-timeline.tsx';
import { Criteria } from '../parts/criteria.tsx';
import { nothing } from '../parts/empty-states.ts';
import { EvidenceList } from '../parts/evidence.tsx';
import { Markdown } from '../parts/markdown.tsx';
import { PullRequests } from '../parts/pull-requests.tsx';
import { Questions } from '../parts/questions.tsx';
import { Read } from '../parts/read.tsx';
import { Reviews } from '../parts/reviews.tsx';
import { Submissions } from '../parts/submissions.tsx';
import { TaskControls } from '../parts/task-controls.tsx';
import { TaskHead } from '../parts/task-head.tsx';
import { roundsWords } from '../parts/task-story.ts';

const route = getRouteApi('/tasks/$taskId');

export function TaskPage() {
  const { taskId } = route.useParams();
  const task = useQuery(taskOf(taskId));
  return (
    <Stack maw={1100}>
      <Read of={task} what="the task">
        {(known) => <Story key={known.id} task={known} />}
      </Read>
    </Stack>
  );
}

function Story({ task }: { readonly task: Task }) {
  const { epicId, key, description, criteria, agents, submissions, evidence } = task;
  const { rewind, action } = route.useSearch();
  const navigate = route.useNavigate();
  const ofEpic = useQuery(epicOf(epicId));
  const epic = ofEpic.data ?? undefined;
  const questions = epic?.requests.filter(({ taskKey }) => taskKey === key) ?? [];
  const rounds = roundsWords(task.rounds);
  // A failed task may be tried again, but nothing more comes of this try by itself.
  const isOver = isFinal(task.state) || (epic !== undefined && isFinal(epic.state));
  return (
    <>
      <TaskHead task={task} epicTitle={epic?.title}>
        <TaskControls
          task={task}
          epic={epic}
          asked={questions.flatMap(({ options }) => options)}
          rewind={rewind}
          wanted={action}
          onClosed={() => void navigate({ search: {}, replace: true, resetScroll: false })}
        />
      </TaskHead>
      <Read of={ofEpic} what="the epic and its questions about this task">
        {() => (
          <>
            {questions.length > 0 && <Title order={2}>Waiting for you</Title>}
            <Questions requests={questions} showsEpic={false} />
          </>
        )}
      </Read>
      {description !== '' && (
        <>
          <Title order={2}>Description</Title>
          <Card withBorder>
            <Markdown text={description} />
          </Card>
        </>
      )}
      {criteria.length > 0 && (
        <>
          <Title order={2}>Acceptance criteria</Title>
          <Criteria criteria={criteria} asked={task.reviews.length > 0 || isOver} />
        </>
      )}
      <Title order={2}>Agents</Title>
      {rounds !== undefined && <Text size="sm">{rounds}.</Text>}
      {agents.length === 0 ? <Text c="dimmed">{nothing('agent', isOver)}</Text> : <AgentTimeline agents={agents} />}
      {submissions.length > 0 && (
        <>
          <Title order={2}>Submissions</Title>
          <Submissions epicId={epicId} taskKey={key} submissions={submissions} />
        </>
      )}
      {task.reviews.length > 0 && (
        <>
          <Title order={2}>Reviews</Title>
          <Reviews task={task} />
        </>
      )}
      <PullRequests epicId={epicId} pullRequests={task.pullRequests} />
      <Title order={2}>Evidence</Title>
      {evidence.length === 0 ? (
        <Text c="dimmed">{nothing('check', isOver)}</Text>
      ) : (
        <EvidenceList evidence={evidence} unrun={task.unrun} />
      )}
    </>
  );
}
