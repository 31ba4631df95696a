/** One chapter of an epic's story: the plan, a task, or the epic as a whole, a step a line, with what people answered. */
import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Fragment, useState } from 'react';
import { clockTime } from '../../api/client/clock-time.ts';
import type { Chapter, Step } from '../data/accounts.ts';
import { colorOf, count, span, stateWords } from './format.ts';
import { PageLink } from './link.tsx';
import { TimeText } from './time.tsx';

/** Of a chapter at first: a long one would hold up the page. */
const SHOWN = 100;

interface Props {
  readonly epicId: string;
  readonly chapter: Chapter;
  /** What it does not know of yet may still come. */
  readonly isOver: boolean;
}

export function StoryChapter({ epicId, chapter: { title, taskKey, outcome, steps }, isOver }: Props) {
  const [isWhole, setWhole] = useState(false);
  const hidden = isWhole ? 0 : Math.max(0, steps.length - SHOWN);
  return (
    <Card withBorder component="section" data-chapter={taskKey ?? ''}>
      <Stack gap="xs">
        <Group gap="sm">
          <Title order={2} fz="md">
            {taskKey === null ? (
              title
            ) : (
              <PageLink to="/tasks/$taskId" params={{ taskId: `${epicId}.${taskKey}` }}>
                {title}
              </PageLink>
            )}
          </Title>
          {outcome !== null && (
            <Badge color={colorOf(outcome.toUpperCase())} variant="light" radius="sm" tt="none">
              {stateWords(outcome)}
            </Badge>
          )}
        </Group>
        {hidden > 0 && (
          <Button
            variant="default"
            size="compact-sm"
            style={{ alignSelf: 'flex-start' }}
            onClick={() => setWhole(true)}
          >
            Show {count(hidden, 'step')} before
          </Button>
        )}
        {steps.slice(hidden).map((step, index, shown) => (
          <Fragment key={step.entries[0]}>
            {dayOf(step.at) !== dayOf(shown[index - 1]?.at) && (
              <Text size="xs" c="dimmed" fw={600}>
                {dayOf(step.at)}
              </Text>
            )}
            <StepLine step={step} isOver={isOver} />
          </Fragment>
        ))}
      </Stack>
    </Card>
  );
}

const COLORS: Readonly<Record<string, string>> = {
  failure: 'var(--mantine-color-error)',
  retry: 'var(--warning-text)',
  refusal: 'var(--warning-text)',
};

const dayOf = (at: string | undefined): string =>
  at === undefined ? '' : new Date(at).toLocaleDateString(undefined, { dateStyle: 'medium' });

/** With its day, where that is not the day of what it stands under. */
function At({ at, under = at }: { readonly at: string; readonly under?: string }) {
  return <TimeText at={at}>{clockTime(new Date(at), new Date(under))}</TimeText>;
}

interface StepProps extends Pick<Props, 'isOver'> {
  readonly step: Step;
}

function StepLine({ step: { at, lastAt, times, kind, text, reason, answer }, isOver }: StepProps) {
  return (
    <Group gap="xs" align="baseline" wrap="nowrap" data-step={kind}>
      <Text size="xs" c="dimmed" miw={90}>
        <At at={at} />
      </Text>
      <Stack gap={0} miw={0}>
        <Text size="sm" c={COLORS[kind] ?? 'inherit'}>
          {begun(text)}
          {times > 1 && (
            <Text span size="xs" c="dimmed">
              {' '}
              {times} times, the last at <At at={lastAt} under={at} />
            </Text>
          )}
          {kind === 'question' && answer === null && (
            <Text span inherit c="var(--warning-text)">
              {' '}
              {isOver ? '(no answer in the log)' : '(no answer yet)'}
            </Text>
          )}
        </Text>
        <Words text={reason} />
        {answer !== null && (
          <>
            <Text size="sm">
              {answer.by} answered: <b>{answer.decision}</b>, after {span(Date.parse(answer.at) - Date.parse(at))}
            </Text>
            <Words text={answer.words} />
          </>
        )}
      </Stack>
    </Group>
  );
}

/** As a sentence begins; the account gives its steps as parts of one. */
const begun = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** The output of a command may be among them. */
function Words({ text }: { readonly text: string }) {
  if (text.trim() === '') return null;
  return (
    <Text size="sm" c="dimmed" lineClamp={6} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {text.trim()}
    </Text>
  );
}
