/** A new epic: written, kept through a reload, submitted once. */
import { Alert, Button, Group, Stack, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useRef } from 'react';
import { epicKey } from '../../api/client/epic-key.ts';
import { ApiFailure } from '../data/api.ts';
import type { EpicDraft } from '../data/epic-draft.ts';
import { useNewEpicDraft, useSubmit } from '../data/new-epic.ts';
import { EpicForm } from '../parts/epic-form.tsx';
import { PageLink } from '../parts/link.tsx';
import { randomText } from '../parts/random.ts';
import { problemsElsewhere, problemsOf } from '../parts/refused-fields.ts';

/** Those that show what the API says of them. */
const FIELDS = [
  'title',
  'description',
  'repository',
  'baseBranch',
  'priority',
  'budgetUsd',
  'budgetTokens',
  'concurrency',
  'overlaps',
  'tasks',
];

export function NewEpic() {
  const [draft, setDraft, forget] = useNewEpicDraft();
  const submit = useSubmit();
  // A second click comes before the first is known to be pending.
  const isSending = useRef(false);
  const navigate = useNavigate();

  const send = (event: FormEvent) => {
    event.preventDefault();
    if (isSending.current) return;
    isSending.current = true;
    const keyed = draft.key === '' ? { ...draft, key: epicKey(draft.title, randomText()) } : draft;
    // Before it is sent: after a reload in the middle it is still the same epic.
    setDraft(keyed);
    submit.mutate(keyed, {
      onSuccess: ({ id, created }) => {
        forget();
        if (!created) notifications.show({ message: 'This epic was submitted before; here it is.' });
        void navigate({ to: '/epics/$epicId', params: { epicId: id } });
      },
      onSettled: () => {
        isSending.current = false;
      },
      onError: (error) => {
        // Nothing was made of what does not fit, so what comes next may have another name.
        if (error instanceof ApiFailure && error.status === 400) setDraft({ ...keyed, key: '' });
      },
    });
  };
  const problems = submit.error instanceof ApiFailure ? problemsOf(submit.error.details) : [];

  return (
    <form onSubmit={send} noValidate>
      <Stack maw={900}>
        <Title order={1}>New epic</Title>
        <EpicForm draft={draft} onChange={setDraft} problems={problems} sent={submit.variables} />
        <Refusal
          error={submit.error}
          isAtFields={problems.length > 0 && problemsElsewhere(problems, FIELDS).length === 0}
          draft={draft}
          onAnother={() => setDraft({ ...draft, key: '' })}
        />
        <Group>
          <Button type="submit" loading={submit.isPending}>
            Submit
          </Button>
          <Button
            variant="default"
            disabled={submit.isPending}
            onClick={() => {
              forget();
              submit.reset();
            }}
          >
            Clear
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface RefusalProps {
  readonly error: Error | null;
  readonly isAtFields: boolean;
  readonly draft: EpicDraft;
  readonly onAnother: () => void;
}

function Refusal({ error, isAtFields, draft, onAnother }: RefusalProps) {
  if (error === null) return null;
  if (isAtFields) {
    return (
      <Alert color="red" role="alert" title="Not submitted">
        The fields above say what does not fit.
      </Alert>
    );
  }
  if (error instanceof ApiFailure && error.status === 409) {
    return (
      <Alert color="red" role="alert" title="It was submitted before, with other words">
        <Stack gap="xs" align="flex-start">
          {error.message}
          <PageLink to="/epics/$epicId" params={{ epicId: draft.key }}>
            See the epic that was submitted
          </PageLink>
          {draft.key !== '' && (
            <Button size="compact-sm" variant="default" onClick={onAnother}>
              Make this another epic
            </Button>
          )}
        </Stack>
      </Alert>
    );
  }
  return (
    <Alert color="red" role="alert" title="Not known to be submitted">
      {error.message}. What you wrote is kept in this browser; submit it again, and it is still one epic.
    </Alert>
  );
}
