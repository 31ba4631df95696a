/** Above the diff of a submission: its task, the ways to those around it, and what it is compared with. */
import { Group, Text } from '@mantine/core';
import type { Diff } from '../data/diffs.ts';
import type { Standing } from './diff-submission.ts';
import { ButtonLink, PageLink } from './link.tsx';

interface Props {
  readonly epicId: string;
  readonly taskKey: string;
  readonly title: string;
  readonly diff: Pick<Diff, 'since' | 'base'>;
  readonly standing: Standing;
  readonly view: 'split' | undefined;
}

export function SubmissionLinks({ epicId, taskKey, title, diff, standing, view }: Props) {
  const { number, before, after } = standing;
  const { since, base } = diff;
  const look = view === undefined ? {} : { view };
  const to = (submission: number) =>
    ({
      to: '/epics/$epicId/diff',
      params: { epicId },
      resetScroll: false,
      search: { task: taskKey, submission, ...look },
    }) as const;
  const compact = { size: 'compact-sm', variant: 'default' } as const;
  return (
    <Group gap="xs" pb="xs" component="nav" aria-label="Submissions">
      <Text size="sm">
        Task{' '}
        <PageLink to="/tasks/$taskId" params={{ taskId: `${epicId}.${taskKey}` }} underline="always">
          {title}
        </PageLink>
        {since !== null && `, only what changed since submission ${since.number}`}
        {since?.bringsBase === true && `, with what came from ${base} meanwhile`}
      </Text>
      {before !== undefined && (
        <ButtonLink {...to(before)} {...compact}>
          ‹ Submission {before}
        </ButtonLink>
      )}
      {after !== undefined && (
        <ButtonLink {...to(after)} {...compact}>
          Submission {after} ›
        </ButtonLink>
      )}
      {since !== null ? (
        <ButtonLink {...to(number)} {...compact}>
          All that it changes
        </ButtonLink>
      ) : (
        before !== undefined && (
          <ButtonLink
            {...to(number)}
            search={{ task: taskKey, submission: number, since: before, ...look }}
            {...compact}
          >
            Since submission {before}
          </ButtonLink>
        )
      )}
    </Group>
  );
}
