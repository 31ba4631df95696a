/** A diff that was chosen: two commits of an epic, with the names of both sides. */
import type { readPullRequests } from '../../db/reads/pull-requests.ts';

export interface ChosenDiff {
  readonly repository: string;
  readonly pullRequest: number | null;
  readonly taskKey: string | null;
  readonly submission: number | null;
  /** Another submission that it is compared with in place of `from`. */
  readonly since: { readonly number: number; readonly headSha: string } | null;
  readonly title: string;
  readonly head: string;
  readonly base: string;
  /** A full ref or commit. */
  readonly from: string;
  readonly headSha: string;
  /** Where to look when the commit is not on this machine. */
  readonly elsewhere: string;
}

type PullRequest = Awaited<ReturnType<typeof readPullRequests>>[number];

/** A merged branch has nothing that its base has not; what the merge brought is told by its first parent. */
export function pushed(
  { repository, number, taskKey, title, head, base, mergedSha, url, ...rest }: PullRequest,
  asked?: { readonly headSha: string | null },
): ChosenDiff {
  return {
    repository,
    pullRequest: number,
    taskKey,
    submission: null,
    since: null,
    title,
    head,
    base,
    headSha: asked?.headSha ?? rest.headSha,
    from: mergedSha === null ? `refs/heads/${base}` : `${mergedSha}^1`,
    elsewhere: `look at the pull request where its forge is: ${url}`,
  };
}
