/** Branches of a repository on GitHub, and files of its commits. */
import { finalFailure, StubbornFailure } from '../../clients/failures.ts';
import { baseRewritten } from '../../clients/git/base-branch.ts';
import { isGitHubFailure } from '../../clients/github/failures.ts';
import type { Urgency } from '../../clients/github/gh.ts';
import type { KnownBase } from '../../workflows/contract/base.ts';
import type { Branch } from '../forge/forge.ts';
import { findOnGitHub, type GitHubRepo } from './repo.ts';

/** A branch's head; undefined when there is no such branch. */
export async function readBranch(repo: GitHubRepo, branch: string, urgency: Urgency = {}): Promise<string | undefined> {
  const path = `${repo.at}/git/ref/heads/${encodePath(branch)}`;
  // A ref of which others only begin with the name answers with a list.
  const ref = await findOnGitHub<{ object: { sha: string } } | readonly unknown[]>(repo, { path, ...urgency });
  return ref !== undefined && 'object' in ref ? ref.object.sha : undefined;
}

export async function needBranch(repo: GitHubRepo, branch: string, signal?: AbortSignal): Promise<string> {
  const sha = await readBranch(repo, branch, { signal });
  if (sha !== undefined) return sha;
  const { hostname, owner, name } = repo.origin;
  throw finalFailure(
    'BaseBranchMissing',
    `${owner}/${name} on ${hostname} has no branch ${branch}; push it, or name another one`,
  );
}

/** Makes a branch at the head of another, or leaves it where it is. */
export async function ensureBranch(
  repo: GitHubRepo,
  branch: string,
  from: string,
  signal?: AbortSignal,
): Promise<Branch> {
  const there = await readBranch(repo, branch, { signal });
  if (there !== undefined) return { branch, headSha: there };
  const sha = await needBranch(repo, from, signal);
  try {
    const body = { ref: `refs/heads/${branch}`, sha };
    await repo.call({ method: 'POST', path: `${repo.at}/git/refs`, body, signal });
    return { branch, headSha: sha, isNew: true };
  } catch (error) {
    if (!isGitHubFailure(error, 'ref-exists')) throw error;
    return { branch, headSha: await needBranch(repo, branch, signal) };
  }
}

/** Fails BaseRewritten (final) when the branch at `now` does not hold the known commit. */
export async function refuseRewritten(
  repo: GitHubRepo,
  { branch, sha }: KnownBase,
  now: string,
  signal?: AbortSignal,
): Promise<void> {
  if (!(await isHeld(repo, { sha, now }, signal))) throw baseRewritten(branch, { known: sha, now });
}

/** For so long GitHub may answer with what a branch was before a merge that it has made itself. */
const STALE_MS = 60_000;

/** Fails MergedElsewhere (final after a minute) when the branch does not hold the commit that work was merged as. */
export async function needMerge(repo: GitHubRepo, { branch, sha }: KnownBase, signal?: AbortSignal): Promise<void> {
  const now = await needBranch(repo, branch, signal);
  if (await isHeld(repo, { sha, now }, signal)) return;
  const { owner, name } = repo.origin;
  throw new StubbornFailure(
    'MergedElsewhere',
    `${branch} of ${owner}/${name} does not hold ${sha.slice(0, 12)}, the commit that the work was merged as: the pull request went into another branch, or ${branch} was rewritten since; merge that commit into ${branch}`,
    STALE_MS,
  );
}

/** GitHub says how two commits are related, and does not find one that is gone, or that has none in common with the other. */
async function isHeld(
  repo: GitHubRepo,
  { sha, now }: { readonly sha: string; readonly now: string },
  signal?: AbortSignal,
): Promise<boolean> {
  if (sha === now) return true;
  // The second page has the answer without its lists.
  const call = { path: `${repo.at}/compare/${sha}...${now}`, query: { per_page: 1, page: 2 }, signal };
  const compared = await findOnGitHub<{ status: string }>(repo, call);
  return compared?.status === 'ahead' || compared?.status === 'identical';
}

/** The text of those paths that the commit has as files. */
export async function readFiles(
  repo: GitHubRepo,
  commit: string,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Record<string, string>> {
  const found = await Promise.all(
    paths.map(async (file) => {
      const path = `${repo.at}/contents/${encodePath(file)}`;
      const body = await findOnGitHub<Contents | readonly unknown[]>(repo, { path, query: { ref: commit }, signal });
      if (body === undefined || !('type' in body)) return [];
      // GitHub follows a link to a file of the repository, and says of any other what it is.
      if (body.type === 'symlink') {
        const words = `${file} is a link to ${body.target}, which is no file of the repository`;
        throw finalFailure('RepositoryUnsupported', `${words}; put the file itself on the base branch`);
      }
      return body.type === 'file' ? [[file, Buffer.from(body.content, 'base64').toString()] as const] : [];
    }),
  );
  return Object.fromEntries(found.flat());
}

interface Contents {
  readonly type: string;
  readonly content: string;
  /** Of a link. */
  readonly target?: string;
}

interface Tree {
  readonly tree: readonly { readonly path: string; readonly type: string }[];
  /** GitHub lists 100,000 entries at most. */
  readonly truncated: boolean;
}

/** Fails RepositoryUnsupported (final) when a branch stands where all of the factory's go. */
export async function refuseTakenName(repo: GitHubRepo, signal?: AbortSignal): Promise<void> {
  if ((await readBranch(repo, 'factory', { signal })) === undefined) return;
  const { hostname, owner, name } = repo.origin;
  throw finalFailure(
    'RepositoryUnsupported',
    `${owner}/${name} on ${hostname} has a branch factory, which stands where the branches factory/… of the factory go; rename it there`,
  );
}

/** The paths of all files of a commit, of which GitHub lists 100,000 entries at most. */
export async function listPaths(repo: GitHubRepo, commit: string, signal?: AbortSignal): Promise<string[]> {
  const path = `${repo.at}/git/trees/${commit}`;
  const { body } = await repo.call<Tree>({ path, query: { recursive: 1 }, signal });
  return body.tree.flatMap((entry) => (entry.type === 'blob' ? [entry.path] : []));
}

/** Refuses by name what would lie in worktrees as pointers. */
export async function refuseLfs(repo: GitHubRepo, commit: string, signal?: AbortSignal): Promise<void> {
  const { owner, name } = repo.origin;
  const path = `${repo.at}/git/trees/${commit}`;
  const { body } = await repo.call<Tree>({ path, query: { recursive: 1 }, signal });
  const files = body.tree.flatMap((entry) => (/(^|\/)\.gitattributes$/.test(entry.path) ? [entry.path] : []));
  const attributes = await readFiles(repo, commit, files, signal);
  if (Object.values(attributes).some((text) => text.includes('filter=lfs'))) {
    throw finalFailure(
      'RepositoryUnsupported',
      `${owner}/${name} uses Git LFS (.gitattributes), which works with the local forge only; set FORGE=local, or work on another repository`,
    );
  }
}

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
