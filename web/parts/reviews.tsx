/** What reviewers said of a task's submissions: verdict, summary, and each comment with the way to its file. */
import { Badge, Card, Group, Stack, Text } from '@mantine/core';
import type { Review } from '../data/tasks.ts';
import { PageLink } from './link.tsx';
import { Markdown } from './markdown.tsx';
import { Ago } from './time.tsx';
import { visibleText } from './visible-text.ts';
import { count } from './words.ts';

interface Props {
  readonly epicId: string;
  readonly pullRequest: number | null;
  readonly reviews: readonly Review[];
}

export function Reviews({ epicId, pullRequest, reviews }: Props) {
  return reviews.toReversed().map(({ agentId, submission, verdict, summary, comments, at }) => {
    const approves = verdict === 'approve';
    return (
      <Card key={agentId} withBorder data-review={agentId}>
        <Stack gap="xs">
          <Group gap="xs">
            <PageLink to="/agents/$agentId" params={{ agentId }} fw={600}>
              {submission === null ? 'Review' : `Review of submission ${submission}`}
            </PageLink>
            <Badge color={approves ? 'green' : 'orange'} variant="light" tt="none">
              {approves ? 'approved' : 'asks for changes'}
            </Badge>
            <Text size="sm" c="dimmed">
              <Ago at={at} />
              {comments.length > 0 && ` · ${count(comments.length, 'comment')}`}
            </Text>
          </Group>
          <Markdown text={summary} />
          {comments.map(({ path, line, body }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the comments of a review never change
            <Stack key={index} gap={2} pl="sm" data-comment>
              <Place {...{ epicId, pullRequest, path, line }} />
              <Markdown text={body} />
            </Stack>
          ))}
        </Stack>
      </Card>
    );
  });
}

interface PlaceProps extends Pick<Props, 'epicId' | 'pullRequest'> {
  readonly path: string;
  readonly line: number | null;
}

/** Lines are those of the commit that was reviewed; the pull request may have others by now. */
function Place({ epicId, pullRequest, path, line }: PlaceProps) {
  const words = `${visibleText(path)}${line === null ? '' : `:${line}`}`;
  if (pullRequest === null) {
    return (
      <Text size="sm" ff="monospace">
        {words}
      </Text>
    );
  }
  return (
    <PageLink
      to="/epics/$epicId/diff"
      params={{ epicId }}
      search={{ pullRequest, file: path }}
      size="sm"
      ff="monospace"
    >
      {words}
    </PageLink>
  );
}
