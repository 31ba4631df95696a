/** Whether the double's pull requests can be merged: found out late, as on GitHub, and kept from it by rules. */
import { type Pull, Refusal, type RepositoryState } from './state.ts';

/**
 * GitHub tries a merge in the background, and a read is what makes it begin: the first `lazyReads` reads after head or
 * base moved, and merges meanwhile, come too early.
 */
export function isTooEarly({ lazyReads }: RepositoryState, pull: Pull): boolean {
  const of = `${pull.baseSha} ${pull.headSha}`;
  if (pull.tried?.of !== of) pull.tried = { of, reads: 0 };
  return pull.tried.reads < lazyReads;
}

/** What a read of a pull request tells of it. */
export async function readMergeability(
  repository: RepositoryState,
  pull: Pull,
): Promise<{ mergeable: boolean | null; mergeable_state: 'unknown' | 'dirty' | 'draft' | 'blocked' | 'clean' }> {
  if (pull.mergedAt !== null) return { mergeable: null, mergeable_state: 'unknown' };
  if (isTooEarly(repository, pull)) {
    if (pull.tried !== undefined) pull.tried.reads += 1;
    return { mergeable: null, mergeable_state: 'unknown' };
  }
  const merges = await repository.git.git('merge-tree', '--write-tree', pull.baseSha, pull.headSha).catch(() => '');
  if (merges === '') return { mergeable: false, mergeable_state: 'dirty' };
  if (pull.draft) return { mergeable: true, mergeable_state: 'draft' };
  const isBlocked = violation(repository, pull, 'squash') !== undefined;
  return { mergeable: true, mergeable_state: isBlocked ? 'blocked' : 'clean' };
}

/** By whom the pull request is approved now: the last word of each that decides. */
function countApprovals({ reviews }: RepositoryState, { number }: Pull): number {
  const deciding = reviews.filter((one) => one.number === number && one.state !== 'COMMENTED');
  const last = new Map(deciding.map(({ user, state }) => [user.login, state]));
  return [...last.values()].filter((state) => state === 'APPROVED').length;
}

/** The first rule that stands in the way, in GitHub's words. */
export function violation(
  repository: RepositoryState,
  pull: Pull,
  method: 'merge' | 'squash' | 'rebase',
): Refusal | undefined {
  const violated = (what: string) => new Refusal(405, `Repository rule violations found\n\n${what}`);
  for (const { type, parameters } of repository.rules.get(pull.base) ?? []) {
    if (type === 'merge_queue') return violated('Changes must be made through the merge queue');
    if (type === 'required_linear_history' && method === 'merge') {
      return violated('This branch must not contain merge commits.');
    }
    if (type === 'required_signatures') return violated('Commits must have verified signatures.');
    const { required_approving_review_count: count = 0 } = (parameters ?? {}) as Record<string, number | undefined>;
    if (type === 'pull_request' && countApprovals(repository, pull) < count) {
      return violated(`At least ${count} approving review is required by reviewers with write access.`);
    }
  }
  for (const context of repository.required.get(pull.base) ?? []) {
    const status = repository.statuses.findLast((one) => one.sha === pull.headSha && one.context === context);
    const run = repository.checkRuns.findLast((one) => one.sha === pull.headSha && one.name === context);
    const isGreen = status?.state === 'success' || run?.conclusion === 'success';
    if (!isGreen) return new Refusal(405, `Required status check "${context}" is expected.`);
  }
  return undefined;
}
