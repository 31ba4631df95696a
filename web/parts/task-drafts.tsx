/** The tasks of a new epic, where a person gives them instead of leaving the plan to the factory. */
import {
  Button,
  Card,
  Grid,
  Group,
  MultiSelect,
  Stack,
  Text,
  Textarea,
  TextInput,
  VisuallyHidden,
} from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { changeTask, EMPTY_TASK, moveTask, nextTaskKey, type TaskDraft } from '../data/epic-draft.ts';
import { TokensInput, UsdInput } from './cap-inputs.tsx';
import { randomText } from './random.ts';

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

export interface TaskFormProps {
  readonly task: TaskDraft;
  readonly others: readonly string[];
  readonly name: string;
  readonly problemAt: (field: string) => string | undefined;
  /** What a cap is that is not given. */
  readonly capOtherwise?: string;
  readonly onChange: (change: Partial<TaskDraft>) => void;
  readonly onRemove?: () => void;
  /** Where it stands among tasks that can be put in another order. */
  readonly position?: Position;
}

interface Position {
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onMove: (by: 1 | -1) => void;
}

export function TaskForm({
  task,
  others,
  name,
  problemAt,
  capOtherwise = 'As configured',
  onChange,
  onRemove,
  position,
}: TaskFormProps) {
  const known = [...new Set([...others.filter((key) => key !== ''), ...task.dependsOn])];
  const cap = { placeholder: capOtherwise };
  return (
    <Card
      withBorder
      m={0}
      component="fieldset"
      aria-label={name}
      data-task-draft={task.key}
      onKeyDown={(event) => moveByKey(event, position)}
    >
      <Grid gap="xs">
        <Grid.Col span={{ base: 12, sm: 3 }}>
          <TextInput
            label="Key"
            description="a-z, 0-9 and -"
            value={task.key}
            error={problemAt('key')}
            onChange={(event) => onChange({ key: event.currentTarget.value })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 5 }}>
          <TextInput
            label="Title"
            description="What is done when it is done"
            value={task.title}
            error={problemAt('title')}
            onChange={(event) => onChange({ title: event.currentTarget.value })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 4 }}>
          <MultiSelect
            label="Depends on"
            description="It starts when these are merged"
            data={known}
            value={[...task.dependsOn]}
            error={problemAt('dependsOn')}
            onChange={(dependsOn) => onChange({ dependsOn })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6 }}>
          <Textarea
            label="Description"
            autosize
            minRows={2}
            maxRows={16}
            value={task.description}
            error={problemAt('description')}
            onChange={(event) => onChange({ description: event.currentTarget.value })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6 }}>
          <Textarea
            label="Acceptance criteria, one a line"
            autosize
            minRows={2}
            maxRows={16}
            value={task.acceptance}
            error={problemAt('acceptance')}
            onChange={(event) => onChange({ acceptance: event.currentTarget.value })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6 }}>
          <Textarea
            label="Files that it will likely touch, one a line"
            placeholder="src/cart.ts"
            autosize
            minRows={1}
            maxRows={8}
            value={task.files}
            error={problemAt('files')}
            onChange={(event) => onChange({ files: event.currentTarget.value })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 6, sm: 3 }}>
          <UsdInput
            {...cap}
            label="Cap in USD"
            value={task.budgetUsd}
            error={problemAt('budgetUsd')}
            onChange={(budgetUsd) => onChange({ budgetUsd })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 6, sm: 3 }}>
          <TokensInput
            {...cap}
            label="Cap in tokens"
            value={task.budgetTokens}
            error={problemAt('budgetTokens')}
            onChange={(budgetTokens) => onChange({ budgetTokens })}
          />
        </Grid.Col>
      </Grid>
      {(position !== undefined || onRemove !== undefined) && (
        <Group justify="flex-end" mt="xs" gap="xs">
          {position !== undefined && <Moves name={name.toLowerCase()} {...position} />}
          {onRemove !== undefined && (
            <Button variant="subtle" color="gray" size="compact-sm" onClick={onRemove}>
              Remove {name.toLowerCase()}
            </Button>
          )}
        </Group>
      )}
    </Card>
  );
}

/** Tasks that are ready at the same time start in this order. A button at an end does nothing, and keeps the focus. */
function Moves({ name, isFirst, isLast, onMove }: Position & { readonly name: string }) {
  const button = (label: string, by: 1 | -1, isAtEnd: boolean) => (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      title={`Alt+${by < 0 ? '↑' : '↓'}`}
      aria-label={`Move ${name} ${label.toLowerCase()}`}
      aria-disabled={isAtEnd}
      {...(isAtEnd ? { 'data-disabled': true } : {})}
      onClick={() => !isAtEnd && onMove(by)}
    >
      {label}
    </Button>
  );
  return (
    <>
      {button('Up', -1, isFirst)}
      {button('Down', 1, isLast)}
    </>
  );
}

/** Alt with an arrow moves the task that one is in, from each of its fields. */
function moveByKey(event: KeyboardEvent, position: Position | undefined): void {
  if (position === undefined || !event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
  event.preventDefault();
  const by = event.key === 'ArrowUp' ? -1 : 1;
  if (by < 0 ? !position.isFirst : !position.isLast) position.onMove(by);
}
