/** A human request with its answer: what is asked, what it is about, and a button for each option. */
import { Alert, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { type HumanRequest, type ListedRequest, useRespond } from '../data/human-requests.ts';
import { useWords } from '../data/typed-words.ts';
import { RaiseCap } from './cap-form.tsx';
import { Confirm } from './confirm.tsx';
import { PageLink } from './link.tsx';
import { Outcome } from './outcome.tsx';
import { usePerson } from './person.tsx';
import {
  aboutWords,
  consequence,
  given,
  label,
  needsWords,
  questionAnchor,
  stakes,
  takesWords,
  titleOf,
} from './question.ts';
import { Ago } from './time.tsx';
import { WordsInput } from './words-input.tsx';

export function Question({
  request,
  showsEpic = true,
  showsDiff = true,
  replaces,
  onSeen,
}: {
  /** Of the list of all epics it says what waits for it. */
  readonly request: HumanRequest | ListedRequest;
  readonly showsEpic?: boolean;
  /** False where the diff, or the plan, is on the page. */
  readonly showsDiff?: boolean;
  /** The commit that this question replaced while the page was open; the answer waits until the person confirms. */
  readonly replaces?: string;
  readonly onSeen?: () => void;
}) {
  const { epicId, epicTitle, taskKey, headSha, pullRequest, requestId } = request;
  const parts = [
    ...(taskKey === null ? [] : [`task ${taskKey}`]),
    ...(pullRequest === null ? [] : [`pull request #${pullRequest}`]),
  ];
  const anchor = questionAnchor(request);
  const card = useRef<HTMLElement>(null);
  const isSought = useLocation({ select: ({ hash }) => hash === anchor });
  useEffect(() => {
    if (isSought) goTo(card.current);
  }, [isSought]);
  return (
    <Card
      ref={card}
      id={anchor}
      component="article"
      withBorder
      aria-label={`${titleOf(request)}: ${epicTitle}`}
      data-request={requestId}
      tabIndex={-1}
    >
      <Stack gap="xs">
        <Group justify="space-between" align="baseline" gap="xs">
          <Title order={2} size="h3">
            {titleOf(request)}
          </Title>
          <Text size="sm" c="dimmed">
            asked <Ago at={request.askedAt} />
          </Text>
        </Group>
        <Text size="sm" c="dimmed">
          {showsEpic && (
            <PageLink to="/epics/$epicId" params={{ epicId }} underline="always">
              {epicTitle}
            </PageLink>
          )}
          {parts.map((part, index) => (index > 0 || showsEpic ? ` · ${part}` : part))}
        </Text>
        <Text style={{ whiteSpace: 'pre-wrap' }}>{request.question.trim()}</Text>
        {headSha !== null && showsDiff && (
          <PageLink to="/epics/$epicId/diff" params={{ epicId }} search={{ request: requestId }} size="sm" data-diff>
            See what commit {headSha.slice(0, 12)} changes
          </PageLink>
        )}
        {request.kind === 'plan' && showsDiff && (
          <PageLink to="/epics/$epicId/plan" params={{ epicId }} size="sm" data-diff>
            Read the plan
          </PageLink>
        )}
        {'holdsUp' in request && (
          <Text size="sm" c="dimmed">
            {stakes(request)}
          </Text>
        )}
        {replaces !== undefined ? (
          <Alert color="orange" role="alert" title={`This is another commit than ${replaces.slice(0, 12)}`}>
            <Stack gap="xs" align="flex-start">
              A push replaced it while this page was open, and nobody has approved the new one. See what it changes
              first.
              <Button size="compact-sm" variant="default" onClick={onSeen}>
                Answer for {headSha?.slice(0, 12)}
              </Button>
            </Stack>
          </Alert>
        ) : request.kind === 'budget' ? (
          <>
            <RaiseCap request={request} />
            <Options request={request} options={request.options.filter((option) => option !== 'raise')} />
          </>
        ) : (
          <Options request={request} options={request.options} />
        )}
      </Stack>
    </Card>
  );
}

/** Keys then act on it. */
export function goTo(card: HTMLElement | null | undefined): void {
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: 'nearest' });
}

interface OptionsProps {
  readonly request: HumanRequest;
  /** Those that are answered by a click. */
  readonly options: readonly string[];
}

function Options({ request, options }: OptionsProps) {
  const person = usePerson();
  const respond = useRespond(request);
  const [words, setWords] = useWords(request);
  const [sure, setSure] = useState<string>();
  const said = words.trim();
  const isAsking = options.some(takesWords);

  const send = (decision: string) => person.as((by) => respond.mutate({ by, decision, ...given(decision, said) }));
  const { kind } = request;
  const choose = (decision: string) => (consequence(decision, kind) === undefined ? send(decision) : setSure(decision));

  return (
    <>
      {isAsking && (
        <WordsInput
          label={kind === 'agent-question' ? 'In your words' : 'Comment'}
          description={aboutWords(options)}
          minRows={1}
          value={words}
          onWords={setWords}
        />
      )}
      <Group gap="xs">
        {options.map((option, index) => (
          <Button
            key={option}
            variant={index === 0 && request.kind !== 'budget' ? 'filled' : 'default'}
            loading={respond.isPending && respond.variables.decision === option}
            disabled={respond.isPending || (needsWords(option) && said === '')}
            data-option={option}
            onClick={() => choose(option)}
          >
            {label(option, kind)}
          </Button>
        ))}
      </Group>
      <Outcome
        error={respond.error}
        reply={respond.data}
        sent={{ epicId: request.epicId, name: 'respond', by: respond.variables?.by }}
      />
      <Confirm
        opened={sure !== undefined}
        title={`${label(sure ?? '', kind)}?`}
        words={consequence(sure ?? '', kind) ?? ''}
        action={label(sure ?? '', kind)}
        onClose={() => setSure(undefined)}
        onConfirm={() => {
          if (sure !== undefined) send(sure);
          setSure(undefined);
        }}
      />
    </>
  );
}
