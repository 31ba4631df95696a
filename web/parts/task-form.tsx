/** The fields of one task, of a new epic or of a plan. */
import { Button, Card, Grid, Group, MultiSelect, Textarea, type TextareaProps, TextInput } from '@mantine/core';
import type { TaskDraft } from '../data/epic-draft.ts';
import { TokensInput, UsdInput } from './cap-inputs.tsx';
import { MoveTask, moveByKey, type Position } from './move-task.tsx';

interface Props {
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

export function TaskForm({
  task,
  others,
  name,
  problemAt,
  capOtherwise = 'As configured',
  onChange,
  onRemove,
  position,
}: Props) {
  const known = [...new Set([...others.filter((key) => key !== ''), ...task.dependsOn])];
  const cap = { placeholder: capOtherwise };
  return (
    <Card
      withBorder
      m={0}
      component="fieldset"
      aria-label={name}
      data-task-draft={task.key}
      onKeyDownCapture={(event) => moveByKey(event, position)}
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
        <TextField
          label="Description"
          value={task.description}
          error={problemAt('description')}
          onText={(description) => onChange({ description })}
        />
        <TextField
          label="Acceptance criteria, one a line"
          value={task.acceptance}
          error={problemAt('acceptance')}
          onText={(acceptance) => onChange({ acceptance })}
        />
        <TextField
          label="Files that it will likely touch, one a line"
          placeholder="src/cart.ts"
          minRows={1}
          maxRows={8}
          value={task.files}
          error={problemAt('files')}
          onText={(files) => onChange({ files })}
        />
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
          {position !== undefined && <MoveTask name={name.toLowerCase()} {...position} />}
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

interface TextFieldProps extends Omit<TextareaProps, 'onChange'> {
  readonly onText: (text: string) => void;
}

function TextField({ onText, ...props }: TextFieldProps) {
  return (
    <Grid.Col span={{ base: 12, sm: 6 }}>
      <Textarea autosize minRows={2} maxRows={16} {...props} onChange={(event) => onText(event.currentTarget.value)} />
    </Grid.Col>
  );
}
