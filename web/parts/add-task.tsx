/** Adds a task to an epic at work. */
import { Button, Group, Modal, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { isFinal } from '../../api/client/epic-now.ts';
import { ApiFailure } from '../data/api.ts';
import { EMPTY_TASK, type TaskDraft } from '../data/epic-draft.ts';
import { type Epic, useAddTask } from '../data/epics.ts';
import { Outcome } from './outcome.tsx';
import { usePerson } from './person.tsx';
import { problemAt, problemsOf } from './refused-fields.ts';
import { TaskForm } from './task-drafts.tsx';

const NONE: TaskDraft = { ...EMPTY_TASK, id: 'added', key: '' };

/** An epic of one task has no branch of its own, so that another has no place in it; the API says so too. */
export function AddTask({ epic }: { readonly epic: Epic }) {
  const add = useAddTask(epic.id);
  const person = usePerson();
  const [isOpen, { open, close }] = useDisclosure();
  const [task, setTask] = useState(NONE);
  if (isFinal(epic.state) || epic.tasks.length < 2) return null;
  const problems = add.error instanceof ApiFailure ? problemsOf(add.error.details) : [];
  const finish = () => {
    setTask(NONE);
    close();
  };
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={open}>
        Add a task
      </Button>
      <Modal opened={isOpen} onClose={close} title={`Another task for “${epic.title}”`} size="xl">
        <Stack>
          <TaskForm
            task={task}
            others={epic.tasks.map(({ key }) => key)}
            name="The task"
            problemAt={(field) => problemAt(problems, `task.${field}`)}
            onChange={(change) => setTask({ ...task, ...change })}
          />
          <Outcome error={add.error} reply={add.data} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Go back
            </Button>
            <Button
              loading={add.isPending}
              disabled={task.key.trim() === '' || task.title.trim() === ''}
              onClick={() =>
                person.as((by) =>
                  add.mutate({ task, by }, { onSuccess: ({ status }) => status === 'done' && finish() }),
                )
              }
            >
              Add the task
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
