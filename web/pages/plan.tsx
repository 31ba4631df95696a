/** The plan of an epic: what each task must achieve, and how its last checks came out, with the question about it. */
import { Alert, List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { isFinal } from '../../api/client/epic-now.ts';
import { tasksOf } from '../data/epics.ts';
import { type Plan as EpicPlan, planOf } from '../data/plans.ts';
import { nothing } from '../parts/empty-states.ts';
import { EpicFrame } from '../parts/epic-frame.tsx';
import { EditPlan } from '../parts/plan-editor.tsx';
import { PlanRevisions } from '../parts/plan-revisions.tsx';
import { PlannedTaskCard } from '../parts/planned-task.tsx';
import { Question } from '../parts/question.tsx';
import { Read } from '../parts/read.tsx';

const route = getRouteApi('/epics/$epicId/plan');

export function PlanPage() {
  const { epicId } = route.useParams();
  return (
    <EpicFrame epicId={epicId} tab="plan">
      {({ requests, state }) => {
        const approvals = requests.filter(({ kind }) => kind === 'plan');
        return (
          <Stack maw={1100}>
            {approvals.map((request) => (
              <Question key={request.requestId} request={request} showsEpic={false} showsDiff={false} />
            ))}
            <Plan epicId={epicId} approval={approvals[0]?.requestId} isOver={isFinal(state)} />
          </Stack>
        );
      }}
    </EpicFrame>
  );
}

interface PlanProps {
  readonly epicId: string;
  /** The request that waits for its approval. */
  readonly approval: string | undefined;
  readonly isOver: boolean;
}

function Plan({ epicId, approval, isOver }: PlanProps) {
  const read = useQuery(planOf(epicId));
  const { data: tasks = [] } = useQuery(tasksOf(epicId));
  // As on every other page, which read it from there.
  const states = new Map(tasks.map(({ key, state }) => [key, state]));
  return (
    <Read of={read} what="the plan">
      {(plan) =>
        plan.tasks.length === 0 ? (
          <Text c="dimmed">{nothing('plan', isOver)}</Text>
        ) : (
          <>
            {/* An epic of one task has no branch of its own, so it gets no other while it runs; the API says so too. */}
            {!isOver && (approval !== undefined || plan.tasks.length > 1) && (
              <EditPlan plan={plan} approval={approval} />
            )}
            {plan.overlaps.length > 0 && <Overlaps overlaps={plan.overlaps} />}
            {plan.tasks.map((task) => (
              <PlannedTaskCard key={task.key} task={task} state={states.get(task.key) ?? task.state} />
            ))}
            {plan.revisions.length > 1 && <PlanRevisions revisions={plan.revisions} />}
          </>
        )
      }
    </Read>
  );
}

function Overlaps({ overlaps }: Pick<EpicPlan, 'overlaps'>) {
  return (
    <Alert color="orange" title="Tasks that will likely change the same files at the same time">
      <List size="sm">
        {overlaps.map(({ tasks: [one, other], files }) => (
          <List.Item key={`${one} ${other}`}>
            {one} and {other}: {files.join(', ')}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
