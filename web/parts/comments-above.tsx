/** Comments of reviews on files that the diff does not have, above all files that it has. */

import { Card, Group, Stack, Text } from '@mantine/core';
import { verdictWords } from '../../api/client/log-words.ts';
import { reviewTitle } from './comment-part.tsx';
import type { DiffComment } from './diff-comments.ts';
import { count } from './format.ts';
import { PageLink } from './link.tsx';
import { Markdown } from './markdown.tsx';
import { visibleText } from './visible-text.ts';

export function CommentsAbove({ comments }: { readonly comments: readonly DiffComment[] }) {
  if (comments.length === 0) return null;
  return (
    <Card withBorder component="section" aria-label="Comments on other files" mb="sm" p="sm">
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {count(comments.length, 'comment')} on files that are not in this diff
        </Text>
        {comments.map((comment) => {
          const { id, path, line, agentId, body } = comment;
          return (
            <Stack key={id} gap={2} data-comment={id} tabIndex={-1}>
              <Group gap="xs">
                <Text span size="sm" ff="monospace">
                  {visibleText(path)}
                  {line !== null && `:${line}`}
                </Text>
                <PageLink to="/agents/$agentId" params={{ agentId }} size="sm">
                  {reviewTitle(comment)}
                </PageLink>
                <Text span size="sm" c="dimmed">
                  {verdictWords(comment.verdict)}
                </Text>
              </Group>
              <Markdown text={body} />
            </Stack>
          );
        })}
      </Stack>
    </Card>
  );
}
