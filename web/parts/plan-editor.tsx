/** Changes the plan of an epic: tasks that have not started are added, dropped, renamed and rewired. */
import { Button, Checkbox, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { ApiFailure } from '../data/api.ts';
import type { TaskDraft } from '../data/epic-draft.ts';
import { hasEffect } from '../data/notices.ts';
import { draftsOf, givenTasks, isChanged, isPlanned } from '../data/plan-draft.ts';
import { type Plan, useSavePlan } from '../data/plans.ts';
import { DialogButtons } from './dialog-buttons.tsx';
import { Outcome } from './outcome.tsx';
import { usePerson } from './person.tsx';
import { problemAt, problemsOf } from './refused-fields.ts';
import { TaskDrafts } from './task-drafts.tsx';

interface Props {
  readonly plan: Plan;
  /** The request that waits for the plan's approval. */
  readonly approval: string | undefined;
}

export function EditPlan({ plan, approval }: Props) {
  // The plan as it was when the person began: what it becomes meanwhile is not what they change.
  const [base, setBase] = useState<Plan>();
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        w="fit-content"
        onClick={() => {
          setBase(plan);
          open();
        }}
      >
        Edit the plan
      </Button>
      <Modal opened={isOpen} onClose={close} title="Edit the plan" size="xl">
        {base !== undefined && <Editor key={base.revision} plan={base} approval={approval} onClose={close} />}
      </Modal>
    </>
  );
}

function Editor({ plan, approval, onClose }: Props & { readonly onClose: () => void }) {
  const [tasks, setTasks] = useState<readonly TaskDraft[]>(() => draftsOf(plan));
  const [comment, setComment] = useState('');
  const [inSequence, setInSequence] = useState(false);
  const person = usePerson();
  const save = useSavePlan(plan.epicId, approval);
  const started = plan.tasks.filter(({ hasStarted }) => hasStarted).map(({ key }) => key);
  const problems = save.error instanceof ApiFailure ? problemsOf(save.error.details) : [];
  const at = approval === undefined ? 'tasks' : 'plan.tasks';
  const send = (by: string) =>
    save.mutate(
      { by, comment: comment.trim(), revision: plan.revision, tasks: givenTasks(plan, tasks), inSequence },
      { onSuccess: (reply) => hasEffect(reply) && onClose() },
    );
  return (
    <Stack>
      {started.length > 0 && (
        <Text size="sm" c="dimmed">
          {started.join(', ')} {started.length === 1 ? 'has' : 'have'} started or ended, and{' '}
          {started.length === 1 ? 'stays' : 'stay'} as {started.length === 1 ? 'it is' : 'they are'}.
        </Text>
      )}
      <TaskDrafts
        tasks={tasks}
        besides={started}
        problemAt={(field) => problemAt(problems, `${at}.${field}`, true)}
        isKnown={isPlanned}
        onChange={setTasks}
      />
      <Checkbox
        label="Of tasks that will likely touch the same files, let the later one wait"
        checked={inSequence}
        onChange={(event) => setInSequence(event.currentTarget.checked)}
      />
      <TextInput
        label="Why"
        description="It is kept with the revision."
        maxLength={1_000}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <Outcome
        error={save.error}
        reply={save.data}
        sent={{
          ...{ epicId: plan.epicId, name: approval === undefined ? 'revisePlan' : 'respond' },
          by: save.variables?.by,
        }}
      />
      <DialogButtons onClose={onClose}>
        <Button
          loading={save.isPending}
          disabled={!inSequence && !isChanged(plan, tasks)}
          onClick={() => person.as(send)}
        >
          {approval === undefined ? 'Save the plan' : 'Approve with these changes'}
        </Button>
      </DialogButtons>
    </Stack>
  );
}
