/** Which comments of reviews stand in a diff, and at which of its files. Pure. */
import type { DiffFile } from '../data/diffs.ts';
import { withoutDirections } from '../data/direction-marks.ts';
import type { Review } from '../data/tasks.ts';

export interface DiffComment extends Pick<Review, 'agentId' | 'submission' | 'verdict'> {
  /** It is in the address of who looks at it. */
  readonly id: string;
  readonly path: string;
  /** Of the commit that was reviewed. */
  readonly line: number | null;
  readonly body: string;
}

export interface CommentsByFile {
  /** On files that the diff does not have. */
  readonly above: readonly DiffComment[];
  /** By the path of their file, in the order of its lines; those without a line come first. */
  readonly inFiles: ReadonlyMap<string, readonly DiffComment[]>;
}

export const commentId = (agentId: string, index: number): string => `${agentId}:${index + 1}`;

/** Only those of reviews that were about this very commit: the lines of another one are others. */
export function commentsAbout(reviews: readonly Review[], headSha: string): DiffComment[] {
  return reviews
    .filter((review) => review.headSha === headSha)
    .flatMap(({ agentId, submission, verdict, comments }) =>
      comments.map((comment, index) => ({ ...comment, id: commentId(agentId, index), agentId, submission, verdict })),
    );
}

export function groupComments(comments: readonly DiffComment[], files: readonly DiffFile[]): CommentsByFile {
  const wanted = new Set(comments.map(({ path }) => nameOf(path)));
  // The page reads files by their exact names, and all else with marks of direction shown as codes.
  const found = new Map(
    files.flatMap(({ path }) => {
      const name = withoutDirections(path);
      return wanted.has(name) ? [[name, path] as const] : [];
    }),
  );
  const placed = Map.groupBy(comments, ({ path }) => found.get(nameOf(path)));
  const above = placed.get(undefined) ?? [];
  const inFiles = new Map<string, readonly DiffComment[]>();
  for (const [path, some] of placed) {
    if (path !== undefined)
      inFiles.set(
        path,
        some.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
      );
  }
  return { above, inFiles };
}

/** As a reviewer may write a path. */
const nameOf = (path: string): string => path.replace(/^(\.\/)+/, '');

/** All of them as one reads them, `rowOf` each as far as it is known where it stands in its file. */
export function inReadingOrder(
  { above, inFiles }: CommentsByFile,
  files: readonly DiffFile[],
  rowOf: (comment: DiffComment, path: string) => number | undefined,
): DiffComment[] {
  if (inFiles.size === 0) return [...above];
  const inOrder = files.flatMap(({ path }) => {
    const some = inFiles.get(path) ?? [];
    const rows = new Map(some.map((comment) => [comment, rowOf(comment, path)]));
    // Before its patch is read, the lines say in which order they stand.
    if ([...rows.values()].includes(undefined)) return some;
    return some.toSorted((a, b) => (rows.get(a) as number) - (rows.get(b) as number));
  });
  return [...above, ...inOrder];
}
