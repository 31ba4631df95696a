/** What a person can do with a task: each is confirmed with what it will do, and takes words along. */
import { Alert, Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { isFinal } from '../../api/client/epic-now.ts';
import type { Epic } from '../data/epics.ts';
import { type Task, type TaskWish, useTaskAction } from '../data/tasks.ts';
import { DialogButtons } from './dialog-buttons.tsx';
import { PageLink } from './link.tsx';
import { Outcome } from './outcome.tsx';
import { usePerson } from './person.tsx';
import { ACTION_LABELS, actionsOf, consequenceOf, type TaskAction } from './task-actions.ts';
import { Tell } from './tell.tsx';
import { WordsInput } from './words-input.tsx';

interface Props {
  readonly task: Task;
  readonly epic: Epic | undefined;
  /** Options of the open questions about this task. */
  readonly asked: readonly string[];
  /** A turn that somebody chose elsewhere to go back to. */
  readonly rewind: number | undefined;
  /** An action that somebody chose elsewhere. */
  readonly wanted: TaskAction | undefined;
  readonly onClosed: () => void;
}

export function TaskControls({ task, epic, asked, rewind, wanted, onClosed }: Props) {
  const act = useTaskAction(task.id);
  const person = usePerson();
  const [chosen, setChosen] = useState<TaskAction>();
  const actions = actionsOf(task, epic, asked);
  const asksFor = wanted ?? (rewind === undefined ? undefined : 'rewind');
  const opened = chosen ?? actions.find((action) => action === asksFor);
  const close = () => {
    setChosen(undefined);
    if (asksFor !== undefined) onClosed();
  };
  // Open until it is accepted: what was typed is needed again when it is not.
  const send = (wish: Wish) => person.as((by) => act.mutate({ ...wish, by }, { onSuccess: close }));
  return (
    <Stack gap={4} align="flex-end">
      <Group gap="xs" align="flex-start">
        {!isFinal(task.state) && <Tell id={task.id} />}
        {actions.map((action) => (
          <Button
            key={action}
            variant="default"
            loading={act.isPending && act.variables.action === action}
            disabled={act.isPending}
            data-action={action}
            onClick={() => {
              act.reset();
              setChosen(action);
            }}
          >
            {ACTION_LABELS[action]}
          </Button>
        ))}
      </Group>
      {act.data !== undefined && (
        <Outcome
          error={null}
          reply={act.data}
          sent={{
            ...{ epicId: task.epicId, taskKey: task.key },
            ...{ name: `${act.variables.action}Task`, by: act.variables.by },
          }}
        />
      )}
      <Modal opened={opened !== undefined} onClose={close} title={`${ACTION_LABELS[opened ?? 'retry']}: ${task.title}`}>
        {opened !== undefined && (
          <Form
            key={opened}
            {...{ action: opened, task, epic, rewind }}
            error={act.error}
            isSending={act.isPending}
            onClose={close}
            onSend={send}
          />
        )}
      </Modal>
    </Stack>
  );
}

type WithoutName<Wish> = Wish extends TaskWish ? Omit<Wish, 'by'> : never;
type Wish = WithoutName<TaskWish>;

interface FormProps {
  readonly action: TaskAction;
  readonly task: Task;
  readonly epic: Epic | undefined;
  readonly rewind: number | undefined;
  readonly error: Error | null;
  readonly isSending: boolean;
  readonly onClose: () => void;
  readonly onSend: (wish: Wish) => void;
}

function Form({ action, task, epic, rewind, error, isSending, onClose, onSend }: FormProps) {
  const turns = task.rewindTurns;
  const [turn, setTurn] = useState(rewind !== undefined && turns.includes(rewind) ? rewind : turns.at(-1));
  const [words, setWords] = useState('');
  const comment = words.trim() === '' ? {} : { comment: words.trim() };
  const send = () => {
    if (action !== 'rewind') onSend({ action, ...comment });
    else if (turn !== undefined) onSend({ action, turn, ...comment });
  };
  const worker = task.agents.findLast(({ purpose }) => purpose === 'implement')?.id;
  return (
    <Stack>
      <Text>{consequenceOf(action, task, epic)}</Text>
      {action === 'rewind' && (
        <Stack gap={4}>
          <Select
            label="The last turn that is kept"
            description="Turns that changed no file cannot be gone back to."
            data={turns.map((one) => ({ value: String(one), label: `Turn ${one}` }))}
            value={turn === undefined ? null : String(turn)}
            allowDeselect={false}
            onChange={(value) => value !== null && setTurn(Number(value))}
          />
          {rewind !== undefined && !turns.includes(rewind) && (
            <Text size="sm" c="var(--warning-text)">
              The task cannot be taken back to turn {rewind} any more.
            </Text>
          )}
          {worker !== undefined && turn !== undefined && (
            <PageLink to="/agents/$agentId" params={{ agentId: worker }} search={{ turn }} size="sm">
              See what happened there
            </PageLink>
          )}
        </Stack>
      )}
      <WordsInput
        label="Comment"
        description={
          action === 'retry' || action === 'rewind' || action === 'interrupt'
            ? 'It goes to the Worker.'
            : 'It is kept in the decision log.'
        }
        value={words}
        onWords={setWords}
      />
      {error !== null && (
        <Alert color="red" role="alert" title="Not accepted">
          {error.message}
        </Alert>
      )}
      <DialogButtons back="Leave it as it is" isBackFocused onClose={onClose}>
        <Button
          color={action === 'retry' || action === 'interrupt' ? 'blue' : 'red'}
          loading={isSending}
          onClick={send}
          data-confirm={action}
        >
          {action === 'rewind' ? `Go back to turn ${turn}` : ACTION_LABELS[action]}
        </Button>
      </DialogButtons>
    </Stack>
  );
}
