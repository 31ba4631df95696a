/** The tasks of a new epic, where a person gives them instead of leaving the plan to the factory. */
import { Button, Card, Grid, Group, MultiSelect, NumberInput, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { changeTask, EMPTY_TASK, nextTaskKey, type TaskDraft } from '../data/epic-draft.ts';
import { randomText } from './random.ts';

interface Props {
  readonly tasks: readonly TaskDraft[];
  /** Keys of tasks that are not changed here, and can be depended on. */
  readonly besides?: readonly string[];
  /** What the API said of a field, as `0.key`. */
  readonly problemAt: (field: string) => string | undefined;
  readonly onChange: (tasks: TaskDraft[]) => void;
}

export function TaskDrafts({ tasks, besides = [], problemAt, onChange }: Props) {
  const add = () => onChange([...tasks, { ...EMPTY_TASK, id: randomText(), key: nextTaskKey(tasks) }]);
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
          onChange={(change) => onChange(changeTask(tasks, task.id, change))}
          onRemove={() => onChange(changeTask(tasks, task.id, undefined))}
        />
      ))}
      <Button variant="default" w="fit-content" onClick={add} disabled={tasks.length >= 50}>
        Add a task
      </Button>
    </Stack>
  );
}

/** A revision keeps caps that it does not name. */
const CAP_HINT = 'Left empty it stays as it is, or as configured';

export interface TaskFormProps {
  readonly task: TaskDraft;
  readonly others: readonly string[];
  readonly name: string;
  readonly problemAt: (field: string) => string | undefined;
  readonly onChange: (change: Partial<TaskDraft>) => void;
  readonly onRemove?: () => void;
}

export function TaskForm({ task, others, name, problemAt, onChange, onRemove }: TaskFormProps) {
  const known = [...new Set([...others.filter((key) => key !== ''), ...task.dependsOn])];
  return (
    <Card withBorder m={0} component="fieldset" aria-label={name} data-task-draft={task.key}>
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
          <NumberInput
            label="Cap in USD"
            description={CAP_HINT}
            min={0}
            decimalScale={2}
            value={task.budgetUsd}
            error={problemAt('budgetUsd')}
            onChange={(value) => onChange({ budgetUsd: typeof value === 'number' ? value : '' })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6 }}>
          <NumberInput
            label="Cap in tokens"
            description={CAP_HINT}
            min={0}
            allowDecimal={false}
            value={task.budgetTokens}
            error={problemAt('budgetTokens')}
            onChange={(value) => onChange({ budgetTokens: typeof value === 'number' ? value : '' })}
          />
        </Grid.Col>
        <Grid.Col span={12}>
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
      </Grid>
      {onRemove !== undefined && (
        <Group justify="flex-end" mt="xs">
          <Button variant="subtle" color="gray" size="compact-sm" onClick={onRemove}>
            Remove {name.toLowerCase()}
          </Button>
        </Group>
      )}
    </Card>
  );
}
