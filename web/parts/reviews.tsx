/** What reviewers said of a task's submissions: verdict, summary, and each comment with the way to its place in the diff. */

import { Badge, Card, Group, Stack, Text } from '@mantine/core';
import { verdictWords } from '../../api/client/log-words.ts';
import type { Review, Task } from '../data/tasks.ts';
import { commentId } from './diff-comments.ts';
import { standingOf } from './diff-submission.ts';
import { count } from './format.ts';
import { PageLink } from './link.tsx';
import { Markdown } from './markdown.tsx';
import { Ago } from './time.tsx';
import { visibleText } from './visible-text.ts';

export function Reviews({ task }: { readonly task: Task }) {
  return task.reviews.toReversed().map((review) => {
    const { agentId, submission, verdict, summary, comments, at } = review;
    const approves = verdict === 'approve';
    return (
      <Card key={agentId} withBorder data-review={agentId}>
        <Stack gap="xs">
          <Group gap="xs">
            <PageLink to="/agents/$agentId" params={{ agentId }} fw={600}>
              {submission === null ? 'Review' : `Review of submission ${submission}`}
            </PageLink>
            <Badge color={approves ? 'green' : 'orange'} variant="light" tt="none">
              {verdictWords(verdict)}
            </Badge>
            <Text size="sm" c="dimmed">
              <Ago at={at} />
              {comments.length > 0 && ` · ${count(comments.length, 'comment')}`}
            </Text>
          </Group>
          <Markdown text={summary} />
          {comments.map(({ path, line, body }, index) => {
            const id = commentId(agentId, index);
            return (
              <Stack key={id} gap={2} pl="sm" data-comment={id} tabIndex={-1}>
                <CommentedLine task={task} review={review} path={path} line={line} id={id} />
                <Markdown text={body} />
              </Stack>
            );
          })}
        </Stack>
      </Card>
    );
  });
}

interface CommentedLineProps {
  readonly task: Task;
  readonly review: Review;
  readonly path: string;
  readonly line: number | null;
  readonly id: string;
}

/** Lines are those of the commit that was reviewed. When no submission has it any more, the file of the pull request is near. */
function CommentedLine({ task, review, path, line, id }: CommentedLineProps) {
  const { epicId, key, pullRequest, submissions } = task;
  const words = `${visibleText(path)}${line === null ? '' : `:${line}`}`;
  const { headSha } = review;
  const standing = headSha === null ? undefined : standingOf(submissions, { headSha, submission: null });
  const search =
    standing !== undefined
      ? { task: key, submission: standing.number, comment: id }
      : pullRequest === null
        ? undefined
        : { pullRequest, file: path };
  if (search === undefined) {
    return (
      <Text size="sm" ff="monospace">
        {words}
      </Text>
    );
  }
  return (
    <PageLink to="/epics/$epicId/diff" params={{ epicId }} search={search} size="sm" ff="monospace">
      {words}
    </PageLink>
  );
}
