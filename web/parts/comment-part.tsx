/** One row of a review's comment in a diff: its head, or a part of its text, which is shown as it was written. */

import { Text } from '@mantine/core';
import { verdictWords } from '../../api/client/log-words.ts';
import type { CommentRow } from './comment-rows.ts';
import type { DiffComment } from './diff-comments.ts';
import { PageLink } from './link.tsx';
import styles from './patch.module.css';

interface Props {
  readonly of: CommentRow;
  /** It stands in the half of what is. */
  readonly isBeside: boolean;
}

export function CommentPart({ of: { comment, text, isAway, isLast }, isBeside }: Props) {
  const looks = [styles.cell, styles.comment, isBeside && styles.commentBeside, isLast && styles.commentEnd];
  const look = looks.filter((one) => one !== false).join(' ');
  if (text !== undefined) {
    return (
      <div className={look}>
        <span className={styles.said}>{text}</span>
      </div>
    );
  }
  const { id, agentId, line, body } = comment;
  return (
    <div
      className={`${look} ${styles.commentHead}`}
      data-comment={id}
      role="note"
      aria-label={`${reviewTitle(comment)}${line === null ? '' : `, line ${line}`}: ${body.slice(0, MOST_HEARD)}`}
      tabIndex={-1}
    >
      <PageLink to="/agents/$agentId" params={{ agentId }} fw={600} c="inherit" underline="always">
        {reviewTitle(comment)}
      </PageLink>
      <Text span inherit c="dimmed" className={styles.name}>
        {isAway && `line ${line}, not in this diff · `}
        {verdictWords(comment.verdict)}
      </Text>
    </div>
  );
}

/** What is longer is read row by row. */
const MOST_HEARD = 1_000;

export const reviewTitle = ({ submission }: Pick<DiffComment, 'submission'>): string =>
  submission === null ? 'Review' : `Review of submission ${submission}`;
