/** A link to a task, or to the epic where it is the epic's own work. */
import type { AnchorProps } from '@mantine/core';
import { PageLink } from './link.tsx';

interface Props extends Pick<AnchorProps, 'c'> {
  readonly epicId: string;
  readonly taskKey: string | null;
  readonly title: string | null;
}

export function PartLink({ epicId, taskKey, title, c }: Props) {
  const look = { underline: 'always' as const, ...(c === undefined ? {} : { c }) };
  return taskKey === null ? (
    <PageLink to="/epics/$epicId" params={{ epicId }} {...look}>
      {title ?? epicId}
    </PageLink>
  ) : (
    <PageLink to="/tasks/$taskId" params={{ taskId: `${epicId}.${taskKey}` }} {...look}>
      {title ?? taskKey}
    </PageLink>
  );
}
