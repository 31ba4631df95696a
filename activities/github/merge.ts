/** Merging on GitHub: with the expected head, by a method that the repository allows. */
import { finalFailure } from '../../clients/failures.ts';
import type { Merged, MergeRequest } from '../forge/forge.ts';
import { readRules } from './branch-rules.ts';
import { needBranch, readBranch, refuseRewritten } from './branches.ts';
import { readPullRequest, type WholePullRequest } from './pull-requests.ts';
import { isUnclear, refusalOf } from './refused-merge.ts';
import type { GitHubRepo } from './repo.ts';

interface MergeMethods {
  readonly allow_merge_commit?: boolean;
  readonly allow_squash_merge?: boolean;
  readonly allow_rebase_merge?: boolean;
}

/** What the factory likes best first: a merge commit keeps both sides as they were verified. */
const METHODS = ['merge', 'squash', 'rebase'] as const;

/**
 * Merges if the head is the expected commit, which GitHub checks itself. For the base it has no such condition: the base
 * is compared before, and the caller compares the tree that came out with the one that it verified.
 * Merged already counts as merged, if that merge holds the expected commit and went into the same branch.
 */
export async function merge(
  repo: GitHubRepo,
  number: number,
  wanted: MergeRequest,
  signal?: AbortSignal,
): Promise<Merged> {
  const urgent = { isUrgent: true, signal };
  const pullRequest = await readPullRequest(repo, number, urgent);
  if (pullRequest.merged_at !== null) return await mergedBefore(repo, pullRequest, wanted, signal);
  refuseOther(pullRequest, wanted);
  const { head, base } = pullRequest;
  const { standsOn } = wanted;
  if (standsOn !== undefined) {
    await refuseRewritten(repo, standsOn, await needBranch(repo, standsOn.branch, signal), signal);
  }
  const merge_method = await chooseMethod(repo, base.ref, signal);
  // The last look before the merge: what moves the base after it is merged with unverified.
  if (wanted.expectedBaseSha !== undefined) {
    const baseSha = await readBranch(repo, base.ref, urgent);
    if (baseSha !== wanted.expectedBaseSha) {
      throw finalFailure(
        'BaseMoved',
        `${base.ref} is at ${baseSha}, not at ${wanted.expectedBaseSha}, which was verified with ${head.ref}`,
      );
    }
  }
  // From here on not to be cancelled: whether it happened must be known.
  signal?.throwIfAborted();
  try {
    const { body } = await repo.call<{ sha: string }>({
      method: 'PUT',
      path: `${repo.at}/pulls/${number}/merge`,
      body: { sha: wanted.expectedHeadSha, merge_method, commit_title: wanted.message, commit_message: '' },
      isUrgent: true,
    });
    return await readMerged(repo, body.sha);
  } catch (error) {
    if (!isUnclear(error)) throw error;
    const now = await readPullRequest(repo, number, { isUrgent: true });
    if (now.merged_at !== null) return await mergedBefore(repo, now, wanted);
    refuseOther(now, wanted);
    throw refusalOf(now, error);
  }
}

/** A pull request that is no longer what was to be merged. */
function refuseOther(pullRequest: WholePullRequest, { expectedHeadSha, base: wanted }: MergeRequest): void {
  const { number, state, head, base } = pullRequest;
  if (state === 'closed') {
    throw finalFailure('PullRequestClosed', `Pull request ${number} is closed; open it again first`);
  }
  if (wanted !== undefined && base.ref !== wanted) {
    throw finalFailure(
      'PullRequestRetargeted',
      `Pull request ${number} was given another base branch: it goes into ${base.ref}, not into ${wanted}; set it back to ${wanted} on the forge`,
    );
  }
  if (head.sha === expectedHeadSha) return;
  throw finalFailure(
    'HeadMoved',
    `${head.ref} is at ${head.sha}, not at ${expectedHeadSha}; look at it again before it is merged`,
  );
}

/** New work on a branch that was merged before has no pull request that could bring it along, nor into another base. */
async function mergedBefore(
  repo: GitHubRepo,
  pullRequest: WholePullRequest,
  { expectedHeadSha, base: wanted }: MergeRequest,
  signal?: AbortSignal,
): Promise<Merged> {
  const { number, head, base, merge_commit_sha } = pullRequest;
  if (wanted !== undefined && base.ref !== wanted) {
    throw finalFailure(
      'MergedBefore',
      `Pull request ${number} was merged already, into ${base.ref} and not into ${wanted}; merge ${head.ref} into ${wanted} by hand`,
    );
  }
  const isHeld = expectedHeadSha === head.sha || (await isAncestor(repo, expectedHeadSha, head.sha, signal));
  if (isHeld && merge_commit_sha !== null) return await readMerged(repo, merge_commit_sha, signal);
  throw finalFailure(
    'MergedBefore',
    `Pull request ${number} was merged already without these commits: ` +
      `${head.sha} does not hold ${expectedHeadSha}; bring them in by another task`,
  );
}

async function isAncestor(repo: GitHubRepo, older: string, newer: string, signal?: AbortSignal): Promise<boolean> {
  const path = `${repo.at}/compare/${older}...${newer}`;
  const { body } = await repo.call<{ status: string }>({ path, query: { per_page: 1 }, isUrgent: true, signal });
  return body.status === 'ahead' || body.status === 'identical';
}

async function readMerged(repo: GitHubRepo, sha: string, signal?: AbortSignal): Promise<Merged> {
  const path = `${repo.at}/git/commits/${sha}`;
  const { body } = await repo.call<{ tree: { sha: string } }>({ path, isUrgent: true, signal });
  return { mergedSha: sha, treeSha: body.tree.sha };
}

async function chooseMethod(repo: GitHubRepo, base: string, signal?: AbortSignal): Promise<string> {
  const urgent = { isUrgent: true, signal };
  const [{ body: repository }, rules] = await Promise.all([
    repo.call<MergeMethods>({ path: repo.at, ...urgent }),
    readRules(repo, base, urgent),
  ]);
  const { allow_merge_commit = true, allow_squash_merge = true, allow_rebase_merge = true } = repository;
  const settings = { merge: allow_merge_commit, squash: allow_squash_merge, rebase: allow_rebase_merge };
  const isLinear = rules.some(({ type }) => type === 'required_linear_history');
  const named = rules.flatMap(({ parameters }) => parameters?.allowed_merge_methods ?? []);
  const method = METHODS.find(
    (each) => settings[each] && !(isLinear && each === 'merge') && (named.length === 0 || named.includes(each)),
  );
  if (rules.some(({ type }) => type === 'merge_queue')) {
    throw finalFailure(
      'BranchProtected',
      `${base} takes merges from GitHub's own merge queue only, and the factory uses its own; leave this branch out of that rule`,
    );
  }
  if (method !== undefined) return method;
  throw finalFailure(
    'BranchProtected',
    `The settings of the repository and the rules of ${base} leave no way to merge; allow merge commits, squash merges or rebase merges`,
  );
}
