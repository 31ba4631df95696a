/** Comments of reviews as rows among those of a patch: each as high as any other, so that nothing is measured. Pure. */
import type { DiffComment } from './diff-comments.ts';
import type { Row } from './patch-rows.ts';
import { wrapText } from './wrap-text.ts';

/** The head of a comment, or a row of its text. */
export interface CommentRow {
  readonly comment: DiffComment;
  readonly text: string | undefined;
  readonly isLast: boolean;
  /** It has a line, which is not in the patch. */
  readonly isAway: boolean;
}

export type ShownRow = Row | CommentRow;

export interface CommentedRows {
  readonly rows: readonly ShownRow[];
  /** The row at which each comment begins, by its id. */
  readonly starts: ReadonlyMap<string, number>;
  /** Of some it will only be known where they stand when more of the patch is read. */
  readonly isPending: boolean;
}

const NOWHERE: ReadonlyMap<string, number> = new Map();

export const commentRows = (comment: DiffComment, columns: number, isAway = false): CommentRow[] => {
  const texts = [undefined, ...wrapText(comment.body, columns)];
  return texts.map((text, index) => ({ comment, text, isAway, isLast: index === texts.length - 1 }));
};

/**
 * Puts each comment under its line, as it is after the change, and those without a line, or with one that the patch does
 * not have, above all rows. `isWhole` says that the patch has no more rows than these.
 */
export function withComments(
  rows: readonly Row[],
  comments: readonly DiffComment[],
  columns: number,
  isWhole: boolean,
): CommentedRows {
  if (comments.length === 0) return { rows, starts: NOWHERE, isPending: false };
  const { ends, last } = findLines(rows, new Set(comments.map(({ line }) => line)));
  const isUnread = ({ line }: DiffComment) => line !== null && line > last && !isWhole;
  const known = comments.filter((comment) => !isUnread(comment));
  const byRow = Map.groupBy(known, ({ line }) => (line === null ? 0 : (ends.get(line) ?? 0)));
  const shown: ShownRow[] = [];
  const starts = new Map<string, number>();
  for (let row = 0; row <= rows.length; row += 1) {
    for (const comment of byRow.get(row) ?? []) {
      starts.set(comment.id, shown.length);
      for (const one of commentRows(comment, columns, row === 0 && comment.line !== null)) shown.push(one);
    }
    if (row < rows.length) shown.push(rows[row] as Row);
  }
  return { rows: shown, starts, isPending: known.length < comments.length };
}

/** After which row each of these lines ends, and the number of the last line that there is. */
function findLines(rows: readonly Row[], wanted: ReadonlySet<number | null>) {
  const ends = new Map<number, number>();
  let last = 0;
  let open: number | undefined;
  for (const [index, row] of rows.entries()) {
    const line = 'kind' in row ? row.after : row[1]?.after;
    if (line !== undefined) {
      last = Math.max(last, line);
      open = wanted.has(line) && !ends.has(line) ? line : undefined;
    } else if (!isContinued(row)) open = undefined;
    if (open !== undefined) ends.set(open, index + 1);
  }
  return { ends, last };
}

/** It goes on with the line of the row before. */
const isContinued = (row: Row): boolean =>
  'kind' in row ? row.isContinued === true : row.every((part) => part === undefined || part.isContinued === true);
