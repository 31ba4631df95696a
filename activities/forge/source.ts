/** The person's own repository, GIT_BASE_REPO_PATH: read by fetching from it, written only by pushes that move nothing that is checked out. */
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { finalFailure } from '../../clients/failures.ts';
import { isAncestor, isNearAncestor } from '../../clients/git/ancestry.ts';
import { isGitFailure } from '../../clients/git/failures.ts';
import { fetchOrFill } from '../../clients/git/first-fetch.ts';
import { type GitRepo, git, TRANSFER } from '../../clients/git/git.ts';
import { resultBranch } from '../../clients/git/names.ts';
import { readRefFiles } from '../../clients/git/ref-files.ts';
import { moveRefs } from '../../clients/git/refs.ts';

export interface Source {
  readonly path: string;
  readonly baseBranch?: string | undefined;
}

// The path was configured by the person whose machine this is, so it may belong to another user.
const TRUSTED = 'git -c safe.directory=*';
const UPLOAD_PACK = `--upload-pack=${TRUSTED} upload-pack`;
const RECEIVE_PACK = `--receive-pack=${TRUSTED} -c receive.denyCurrentBranch=refuse receive-pack`;
const FETCH = ['fetch', '--progress', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', UPLOAD_PACK];

/** Where the source's base branch was when it was last looked at: it must still hold that. */
export const sourceRef = (branch: string): string => `refs/factory/source/${branch}`;
/** Where a fetch puts it before it was looked at. */
const incomingRef = (branch: string): string => `refs/factory/incoming/${branch}`;

/** Copies all branches of the source into an empty mirror, but those that stand where the factory's own go. */
export async function copyBranches(mirror: GitRepo, source: Source): Promise<void> {
  await fetchFrom(mirror, source, ['+refs/heads/*:refs/heads/*', '^refs/heads/factory', '^refs/heads/factory/*']);
}

/** Brings the source's branch into the mirror, unless the mirror has it, and returns its head. */
export async function fetchBase(mirror: GitRepo, source: Source, branch: string): Promise<string> {
  const there = await readHead(source, branch);
  if (there !== undefined && (await isHeld(mirror, branch, there))) return there;
  try {
    await fetchFrom(mirror, source, [`+refs/heads/${branch}:${incomingRef(branch)}`]);
  } catch (error) {
    if (!isGitFailure(error, 'branch-missing')) throw error;
    throw finalFailure('BaseBranchMissing', `${source.path} has no branch ${branch}; create it, or name another one`, {
      cause: error,
    });
  }
  return (await readRefFiles(mirror, [incomingRef(branch)])).get(incomingRef(branch)) ?? '';
}

/** Whether the mirror's own branches hold the commit, by what can be seen at once. */
async function isHeld(mirror: GitRepo, branch: string, commit: string): Promise<boolean> {
  const known = await readRefFiles(mirror, [sourceRef(branch), `refs/heads/${branch}`]);
  for (const head of known.values()) if (await isNearAncestor(mirror, commit, head)) return true;
  return false;
}

/** Where a branch of the source is, when its files tell; git is asked for whatever else the source may be. */
async function readHead(source: Source, branch: string): Promise<string | undefined> {
  const ref = `refs/heads/${branch}`;
  for (const gitDir of await gitDirs(source)) {
    const head = await readRefFiles({ gitDir }, [ref]).catch(() => undefined);
    if (head?.has(ref)) return head.get(ref);
  }
  return undefined;
}

/** With a checkout or bare. */
async function gitDirs(source: Source): Promise<string[]> {
  const path = await location(source);
  return [join(path, '.git'), path];
}

async function fetchFrom(mirror: GitRepo, source: Source, refspecs: string[]): Promise<void> {
  const from = await location(source);
  await fetchOrFill(mirror, refspecs, (depth, wanted) => git(mirror, [...FETCH, ...depth, from, ...wanted], TRANSFER));
}

/** A path that git cannot take for an option or URL. */
async function location(source: Source): Promise<string> {
  try {
    return await realpath(source.path);
  } catch (error) {
    throw finalFailure('RepositoryMissing', `There is no repository at ${source.path}; check GIT_BASE_REPO_PATH`, {
      cause: error,
    });
  }
}

/**
 * Pushes a merged commit to the source: to its base branch when nobody has that checked out and it only moves forward,
 * else to `factory/<epic>/result`. Idempotent: what is there counts.
 */
export async function deliver(
  mirror: GitRepo,
  source: Source,
  input: { epicId: string; baseBranch: string; mergedSha: string },
): Promise<string> {
  const { epicId, baseBranch, mergedSha } = input;
  const path = await location(source);
  const push = (branch: string) =>
    git(mirror, ['push', '--progress', RECEIVE_PACK, path, `${mergedSha}:refs/heads/${branch}`], TRANSFER);
  if (await isBare(path, mirror.signal)) {
    const there = await fetchBase(mirror, source, baseBranch);
    if (await isAncestor(mirror, mergedSha, there)) return baseBranch;
    try {
      await push(baseBranch);
      await moveRefs(mirror, [{ ref: sourceRef(baseBranch), to: mergedSha, from: undefined }]);
      return baseBranch;
    } catch (error) {
      // Somebody works on the branch, in a worktree or by a push of their own: theirs stays as it is.
      if (!isGitFailure(error, 'checked-out', 'not-forward')) throw error;
    }
  }
  await push(resultBranch(epicId));
  return resultBranch(epicId);
}

// Only its configuration counts: a source with a checkout is given to us by its folder, and has `.git` in it.
async function isBare(path: string, signal: AbortSignal | undefined): Promise<boolean> {
  const repo: GitRepo = { gitDir: path, signal };
  return git(repo, ['-c', 'safe.directory=*', 'rev-parse', '--is-bare-repository']).then(
    (answer) => answer.trim() === 'true',
    () => false,
  );
}
