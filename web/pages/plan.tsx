/** The plan of an epic: what each task must achieve, and how its last checks came out, with the question about it. */
import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { tasksOf } from '../data/epics.ts';
import { planOf } from '../data/plans.ts';
import { EpicFrame } from '../parts/epic-frame.tsx';
import { PlannedTaskCard } from '../parts/planned-task.tsx';
import { Question } from '../parts/question.tsx';
import { Read } from '../parts/read.tsx';

const route = getRouteApi('/epics/$epicId/plan');

export function PlanPage() {
  const { epicId } = route.useParams();
  return (
    <EpicFrame epicId={epicId} tab="plan">
      {({ requests }) => (
        <Stack maw={1100}>
          {requests
            .filter(({ kind }) => kind === 'plan')
            .map((request) => (
              <Question key={request.requestId} request={request} showsEpic={false} showsDiff={false} />
            ))}
          <Plan epicId={epicId} />
        </Stack>
      )}
    </EpicFrame>
  );
}

function Plan({ epicId }: { readonly epicId: string }) {
  const plan = useQuery(planOf(epicId));
  const { data: tasks = [] } = useQuery(tasksOf(epicId));
  // As on every other page, which read it from there.
  const states = new Map(tasks.map(({ key, state }) => [key, state]));
  return (
    <Read of={plan} what="the plan">
      {(planned) =>
        planned.length === 0 ? (
          <Text c="dimmed">There is no plan yet; it is shown here once the tasks are known.</Text>
        ) : (
          planned.map((task) => (
            <PlannedTaskCard key={task.key} task={task} state={states.get(task.key) ?? task.state} />
          ))
        )
      }
    </Read>
  );
}
