/** The tasks of a new epic, where a person gives them instead of leaving the plan to the factory, and of a plan. */
import { Button, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { changeTask, EMPTY_TASK, moveTask, nextTaskKey, type TaskDraft } from '../data/epic-draft.ts';
import { randomText } from './random.ts';
import { TaskForm } from './task-form.tsx';

interface Props {
  readonly tasks: readonly TaskDraft[];
  /** Keys of tasks that are not changed here, and can be depended on. */
  readonly besides?: readonly string[];
  /** What the API said of a field, as `0.key`. */
  readonly problemAt: (field: string) => string | undefined;
  /** Whether it stands for a task that there is, which keeps the caps that are not given. */
  readonly isKnown?: (task: TaskDraft) => boolean;
  readonly onChange: (tasks: TaskDraft[]) => void;
}

export function TaskDrafts({ tasks, besides = [], problemAt, isKnown, onChange }: Props) {
  const [moved, setMoved] = useState('');
  const add = () => onChange([...tasks, { ...EMPTY_TASK, id: randomText(), key: nextTaskKey(tasks) }]);
  const move = (id: string, by: 1 | -1) => {
    const next = moveTask(tasks, id, by);
    const position = next.findIndex((task) => task.id === id);
    setMoved(`${next[position]?.key} is task ${position + 1} of ${next.length}`);
    onChange(next);
  };
  return (
    <Stack gap="sm">
      {tasks.length === 0 && <Text c="dimmed">There is no task yet; at least one is needed.</Text>}
      {tasks.map((task, index) => (
        <TaskForm
          key={task.id}
          task={task}
          others={[...besides, ...tasks.filter(({ id }) => id !== task.id).map(({ key }) => key)]}
          name={`Task ${index + 1}`}
          problemAt={(field) => problemAt(`${index}.${field}`)}
          capOtherwise={isKnown?.(task) === true ? 'As it is' : 'As configured'}
          position={{ isFirst: index === 0, isLast: index === tasks.length - 1, onMove: (by) => move(task.id, by) }}
          onChange={(change) => onChange(changeTask(tasks, task.id, change))}
          onRemove={() => onChange(changeTask(tasks, task.id, undefined))}
        />
      ))}
      <Button variant="default" w="fit-content" onClick={add} disabled={tasks.length >= 50}>
        Add a task
      </Button>
      <VisuallyHidden role="status">{moved}</VisuallyHidden>
    </Stack>
  );
}
