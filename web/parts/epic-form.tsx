/** The fields of a new epic. */
import {
  Autocomplete,
  Card,
  Grid,
  NumberInput,
  SegmentedControl,
  Select,
  Tabs,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Approvals, EpicDraft, Overlaps } from '../data/epic-draft.ts';
import { newestEpics } from '../data/epics.ts';
import { TokensInput, UsdInput } from './cap-inputs.tsx';
import { Markdown } from './markdown.tsx';
import { Unread } from './read.tsx';
import { problemAt, type problemsOf } from './refused-fields.ts';
import { TaskDrafts } from './task-drafts.tsx';

interface Props {
  readonly draft: EpicDraft;
  readonly onChange: (draft: EpicDraft) => void;
  readonly problems: ReturnType<typeof problemsOf>;
  /** What the problems are about: what was changed since is not complained of. */
  readonly sent: EpicDraft | undefined;
}

const PRIORITIES = ['None', 'Urgent', 'High', 'Normal', 'Low'].map((label, value) => ({ value: `${value}`, label }));
const APPROVALS: readonly { value: Approvals; label: string }[] = [
  { value: 'configured', label: 'As configured' },
  { value: 'both', label: 'The plan and the merge' },
  { value: 'plan', label: 'The plan' },
  { value: 'merge', label: 'The merge' },
  { value: 'none', label: 'Nothing' },
];

const OVERLAPS: readonly { value: Overlaps; label: string }[] = [
  { value: 'configured', label: 'As configured' },
  { value: 'flag', label: 'Are named in the plan' },
  { value: 'sequence', label: 'Wait for each other' },
];

export function EpicForm({ draft, onChange, problems, sent }: Props) {
  const set = (change: Partial<EpicDraft>) => onChange({ ...draft, ...change });
  const error = (field: keyof EpicDraft) => (sent?.[field] === draft[field] ? problemAt(problems, field) : undefined);
  const ofTasks = sent?.tasks === draft.tasks || JSON.stringify(sent?.tasks) === JSON.stringify(draft.tasks);
  return (
    <>
      <TextInput
        label="Title"
        withAsterisk
        value={draft.title}
        error={error('title')}
        onChange={(event) => set({ title: event.currentTarget.value })}
      />
      <Description
        text={draft.description}
        error={error('description')}
        onChange={(description) => set({ description })}
      />
      <Grid>
        <Grid.Col span={{ base: 12, sm: 6 }}>
          <Repository
            value={draft.repository}
            error={error('repository')}
            onChange={(repository) => set({ repository })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6 }}>
          <TextInput
            label="Base branch"
            placeholder="As configured"
            value={draft.baseBranch}
            error={error('baseBranch')}
            onChange={(event) => set({ baseBranch: event.currentTarget.value })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 6, sm: 3 }}>
          <Select
            label="Priority"
            data={PRIORITIES}
            allowDeselect={false}
            value={`${draft.priority}`}
            error={error('priority')}
            onChange={(value) => set({ priority: Number(value) })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 6, sm: 3 }}>
          <UsdInput
            label="Budget in USD"
            placeholder="As configured"
            value={draft.budgetUsd}
            error={error('budgetUsd')}
            onChange={(budgetUsd) => set({ budgetUsd })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 6, sm: 3 }}>
          <TokensInput
            label="Budget in tokens"
            placeholder="As configured"
            value={draft.budgetTokens}
            error={error('budgetTokens')}
            onChange={(budgetTokens) => set({ budgetTokens })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 6, sm: 3 }}>
          <NumberInput
            label="Tasks at once"
            placeholder="As configured"
            min={1}
            max={50}
            allowDecimal={false}
            value={draft.concurrency}
            error={error('concurrency')}
            onChange={(value) => set({ concurrency: typeof value === 'number' ? value : '' })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6 }}>
          <Select
            label="You approve"
            data={APPROVALS}
            allowDeselect={false}
            value={draft.approvals}
            onChange={(value) => value !== null && set({ approvals: value })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6 }}>
          <Select
            label="Tasks that will likely touch the same files"
            data={OVERLAPS}
            allowDeselect={false}
            value={draft.overlaps}
            error={error('overlaps')}
            onChange={(value) => value !== null && set({ overlaps: value })}
          />
        </Grid.Col>
      </Grid>
      <SegmentedControl
        aria-label="Who plans"
        w="fit-content"
        value={draft.hasTasks ? 'tasks' : 'plan'}
        data={[
          { value: 'plan', label: 'The factory plans the tasks' },
          { value: 'tasks', label: 'I give the tasks' },
        ]}
        onChange={(value) => set({ hasTasks: value === 'tasks' })}
      />
      {draft.hasTasks && (
        <>
          {ofTasks && problemAt(problems, 'tasks') !== undefined && (
            <Text role="alert" size="sm" c="var(--mantine-color-error)">
              {problemAt(problems, 'tasks')}
            </Text>
          )}
          <TaskDrafts
            tasks={draft.tasks}
            problemAt={(field) => (ofTasks ? problemAt(problems, `tasks.${field}`, true) : undefined)}
            onChange={(tasks) => set({ tasks })}
          />
        </>
      )}
    </>
  );
}

interface TextProps {
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (text: string) => void;
}

/** Names that epics had so far are offered; any other that is configured can be typed. */
function Repository(props: TextProps) {
  const epics = useQuery(newestEpics);
  const names = new Set((epics.data ?? []).flatMap(({ repository }) => repository ?? []));
  return (
    <>
      <Autocomplete label="Repository" placeholder="As configured" data={[...names].toSorted()} {...props} />
      <Unread of={epics} what="the epics, whose repositories are offered here" />
    </>
  );
}

interface DescriptionProps {
  readonly text: string;
  readonly error: string | undefined;
  readonly onChange: (text: string) => void;
}

function Description({ text, error, onChange }: DescriptionProps) {
  return (
    <Tabs defaultValue="write" keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="write">Description</Tabs.Tab>
        <Tabs.Tab value="preview">Preview</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="write" pt="xs">
        <Textarea
          aria-label="Description"
          description="Markdown. What is wanted and why, what must not change, how one sees that it is done."
          autosize
          minRows={8}
          maxRows={30}
          value={text}
          error={error}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </Tabs.Panel>
      <Tabs.Panel value="preview" pt="xs">
        <Card withBorder mih={180}>
          {text.trim() === '' ? <Text c="dimmed">There is nothing to preview yet.</Text> : <Markdown text={text} />}
        </Card>
      </Tabs.Panel>
    </Tabs>
  );
}
