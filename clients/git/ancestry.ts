/** Which commit holds which: most are a step or two apart and found without a process. */
import { gitFailure } from './failures.ts';
import { type GitRepo, git, gitResult } from './git.ts';
import { readCommitAtHand } from './refs.ts';

/** About as many as an epic makes between two looks. */
const NEAR = 64;

/** Whether all that `ancestor` holds is in `descendant`. */
export async function isAncestor(repo: GitRepo, ancestor: string, descendant: string): Promise<boolean> {
  const near = await isNearAncestor(repo, ancestor, descendant);
  if (near !== undefined) return near;
  // History has no circles.
  if (await isNearAncestor(repo, descendant, ancestor)) return false;
  const missing = await git(repo, ['rev-list', '--max-count=1', ancestor, `^${descendant}`]);
  return missing === '';
}

/** The same by the commits at hand, nearest first; undefined when they do not tell. */
export async function isNearAncestor(
  repo: GitRepo,
  ancestor: string,
  descendant: string,
): Promise<boolean | undefined> {
  if (ancestor === descendant) return true;
  const queue = [descendant];
  const seen = new Set(queue);
  let isWhole = true;
  for (const sha of queue) {
    const commit = seen.size > NEAR ? undefined : await readCommitAtHand(repo, sha);
    if (commit === undefined) isWhole = false;
    for (const parent of commit?.parents ?? []) {
      if (parent === ancestor) return true;
      if (!seen.has(parent)) queue.push(parent);
      seen.add(parent);
    }
  }
  return isWhole ? false : undefined;
}

/** Where two commits part. */
export async function mergeBase(repo: GitRepo, target: string, head: string): Promise<string> {
  if (await isNearAncestor(repo, target, head)) return target;
  return (await git(repo, ['merge-base', target, head])).trim();
}

/** The same of two that may have nothing in common, or of which one may not be here. */
export async function commonBase(repo: GitRepo, one: string, other: string): Promise<string | undefined> {
  const args = ['merge-base', one, other];
  const { exitCode, stdout, stderr } = await gitResult(repo, args);
  if (exitCode === 0) return stdout.trim();
  // 128 is what it ends with at a commit that is not there.
  if (exitCode === 1 || exitCode === 128) return undefined;
  throw gitFailure(args, exitCode, stderr);
}
