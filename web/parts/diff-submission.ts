/** Which of its task's submissions a diff is about. Pure. */
import type { Submission } from '../data/tasks.ts';

export interface Standing {
  readonly number: number;
  /** How many the task has handed in. */
  readonly count: number;
  /** The numbers of those around it. */
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Undefined when it is about another commit than they are. */
export function standingOf(
  submissions: readonly Submission[],
  { headSha, submission }: { readonly headSha: string; readonly submission: number | null },
): Standing | undefined {
  const at =
    submission === null
      ? submissions.findLastIndex((one) => one.headSha === headSha)
      : submissions.findIndex(({ number }) => number === submission);
  const found = submissions[at];
  if (found === undefined) return undefined;
  const [before, after] = [submissions[at - 1]?.number, submissions[at + 1]?.number];
  return { number: found.number, count: submissions.length, before, after };
}
