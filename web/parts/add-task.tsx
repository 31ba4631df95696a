/** Adds a task to an epic at work. */
import { Button, Modal, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { memo, useState } from 'react';
import { ApiFailure } from '../data/api.ts';
import { EMPTY_TASK, type TaskDraft } from '../data/epic-draft.ts';
import { useAddTask } from '../data/epics.ts';
import { hasEffect } from '../data/notices.ts';
import { DialogButtons } from './dialog-buttons.tsx';
import { Outcome } from './outcome.tsx';
import { usePerson } from './person.tsx';
import { problemAt, problemsOf } from './refused-fields.ts';
import { TaskForm } from './task-form.tsx';

const NONE: TaskDraft = { ...EMPTY_TASK, id: 'added', key: '' };

interface Props {
  readonly epicId: string;
  readonly title: string;
  /** Of the tasks that it has, with spaces between. */
  readonly keys: string;
}

export const AddTask = memo(function AddTask({ epicId, title, keys }: Props) {
  const add = useAddTask(epicId);
  const person = usePerson();
  const [isOpen, { open, close }] = useDisclosure();
  const [task, setTask] = useState(NONE);
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
      <Modal opened={isOpen} onClose={close} title={`Another task for “${title}”`} size="xl">
        <Stack>
          <TaskForm
            task={task}
            others={keys.split(' ')}
            name="The task"
            problemAt={(field) => problemAt(problems, `task.${field}`)}
            onChange={(change) => setTask({ ...task, ...change })}
          />
          <Outcome error={add.error} reply={add.data} sent={{ epicId, name: 'addTask', by: add.variables?.by }} />
          <DialogButtons onClose={close}>
            <Button
              loading={add.isPending}
              disabled={task.key.trim() === '' || task.title.trim() === ''}
              onClick={() =>
                person.as((by) => add.mutate({ task, by }, { onSuccess: (reply) => hasEffect(reply) && finish() }))
              }
            >
              Add the task
            </Button>
          </DialogButtons>
        </Stack>
      </Modal>
    </>
  );
});
