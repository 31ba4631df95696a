/** What can be done from the page that one is on, for the search: read while it is open, sent, and confirmed. */
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { type Control, type Epic, epicOf, useControl } from '../data/epics.ts';
import { openRequests } from '../data/human-requests.ts';
import { refusalNotice } from '../data/notices.ts';
import { taskOf } from '../data/tasks.ts';
import { commandsFor, type EpicHere, questionCommands, subjectOf } from './commands.ts';
import { Confirm } from './confirm.tsx';
import { usePerson } from './person.tsx';
import { CANCEL_EPIC, INTERRUPT_EPIC } from './question.ts';
import { actionsOf } from './task-actions.ts';

interface Asked {
  readonly epic: EpicHere;
  readonly wanted: keyof typeof ASKED;
}

/** What is only sent once it was confirmed. */
const ASKED = {
  cancel: { title: 'Cancel the epic', words: CANCEL_EPIC, action: 'Cancel the epic' },
  interrupt: { title: 'Interrupt all agents of', words: INTERRUPT_EPIC, action: 'Interrupt them' },
} as const;

export function useCommands(isOpen: boolean) {
  const { epicId, taskId } = subjectOf(useLocation({ select: ({ pathname }) => pathname }));
  // The page itself looks again while something of the epic is told by no event.
  const calm = { refetchInterval: false as const };
  const { data: epic } = useQuery({
    ...{ ...epicOf(epicId ?? ''), ...calm, enabled: isOpen && epicId !== undefined },
    notifyOnChangeProps: isOpen ? ['data'] : [],
  });
  const { data: task } = useQuery({
    ...{ ...taskOf(taskId ?? ''), ...calm, enabled: isOpen && taskId !== undefined },
    notifyOnChangeProps: isOpen ? ['data'] : [],
  });
  const { data: requests = [] } = useQuery(openRequests);
  const control = useControl(epicId ?? '');
  const person = usePerson();
  const [sure, setSure] = useState<Asked>();

  const submit = (wanted: Control) =>
    person.as((by) =>
      control.mutate(
        { control: wanted, by },
        {
          onSuccess: ({ status, message }) =>
            notifications.show(
              status === 'done' ? { message } : { color: 'orange', title: 'Not applied yet', message },
            ),
          onError: ({ message }) => notifications.show(refusalNotice(message)),
        },
      ),
    );
  const send = (wanted: Control) => {
    if (wanted !== 'cancel' && wanted !== 'interrupt') submit(wanted);
    else if (epic) setSure({ epic, wanted });
  };
  return {
    commands: commandsFor({
      epic: epic ?? undefined,
      task:
        task === undefined
          ? undefined
          : { ...task, actions: actionsOf(task, epic ?? undefined, asked(epic, task.key)) },
    }),
    questions: questionCommands(requests, epicId),
    send,
    dialog: (
      <Confirm
        opened={sure !== undefined && sure.epic.id === epicId}
        title={`${ASKED[sure?.wanted ?? 'cancel'].title} “${sure?.epic.title ?? ''}”?`}
        words={ASKED[sure?.wanted ?? 'cancel'].words}
        action={ASKED[sure?.wanted ?? 'cancel'].action}
        onClose={() => setSure(undefined)}
        onConfirm={() => {
          if (sure !== undefined) submit(sure.wanted);
          setSure(undefined);
        }}
      />
    ),
  };
}

/** Options of the open questions about a task. */
const asked = (epic: Epic | null | undefined, key: string): string[] =>
  epic?.requests.filter(({ taskKey }) => taskKey === key).flatMap(({ options }) => options) ?? [];
