/** The local forge's repository: a bare mirror of the source, whose branches only ever move by compare-and-swap. */
import { appendFile, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { finalFailure } from '../../clients/failures.ts';
import { isAncestor } from '../../clients/git/ancestry.ts';
import { refuseRewritten } from '../../clients/git/base-branch.ts';
import { markUnfilled } from '../../clients/git/first-fetch.ts';
import { type Author, type GitRepo, git } from '../../clients/git/git.ts';
import { withLock } from '../../clients/git/lock.ts';
import { moveRefs, type Ref, readRefs } from '../../clients/git/refs.ts';
import { folderFailure, KEEPS_OBJECTS, makeBare } from '../../clients/git/repository.ts';
import { exists } from '../../clients/read-if-there.ts';
import type { KnownBase } from '../../workflows/contract/base.ts';
import { copyFromSource } from '../lfs/source.ts';
import { commitTree, mergeTrees } from '../worktree/commits.ts';
import type { BaseUpdate, Branch, Merged } from './forge.ts';
import { copyBranches, fetchBase, type Source, sourceRef } from './source.ts';

// Ours alone, so pushes need no collecting of garbage in their way, and no branch goes back. Nothing is ever collected:
// hosts' clones on this machine have their objects here, and what only they name looks like garbage from here.
const SETTINGS = `${KEEPS_OBJECTS}[receive]\n\tdenyNonFastForwards = true\n\tdenyDeletes = true\n\tautogc = false\n`;
const MOST_TRIES = 10;

/** The mirror, made from the source's branches if there is none yet: in its place only when it is whole. */
export async function openMirror(gitDir: string, source: Source, signal?: AbortSignal): Promise<GitRepo> {
  const repo: GitRepo = { gitDir, signal };
  if (await exists(gitDir)) return repo;
  const make = async () => {
    if (await exists(gitDir)) return;
    // An interrupted attempt leaves here what it fetched; the next one goes on from it.
    const half = `${gitDir}.making`;
    if (!(await exists(half))) await beginMirror(half, signal);
    await copyBranches({ gitDir: half, signal }, source);
    await rename(half, gitDir);
  };
  try {
    await withLock(`${gitDir}.lock`, make, signal);
  } catch (error) {
    throw folderFailure(error, gitDir, 'make STATE_DIR writable for the user of the worker process');
  }
  return repo;
}

const beginMirror = (half: string, signal: AbortSignal | undefined): Promise<void> =>
  makeBare({ gitDir: half, signal }, async (made) => {
    await appendFile(join(made, 'config'), SETTINGS);
    await markUnfilled(made);
  });

/** A branch's head. */
export async function readBranch(mirror: GitRepo, branch: string): Promise<Ref | undefined> {
  return (await readRefs(mirror, [`refs/heads/${branch}`])).get(`refs/heads/${branch}`);
}

export async function needBranch(mirror: GitRepo, branch: string): Promise<Ref> {
  const ref = await readBranch(mirror, branch);
  if (ref !== undefined) return ref;
  throw finalFailure('BaseBranchMissing', `The forge has no branch ${branch}; push it first`);
}

/** Makes a branch, or leaves it where it is. */
export async function ensureBranch(mirror: GitRepo, branch: string, from: string): Promise<Branch> {
  const base = await needBranch(mirror, from);
  const there = await readBranch(mirror, branch);
  if (there === undefined) await moveRefs(mirror, [{ ref: `refs/heads/${branch}`, to: base.sha, from: null }]);
  if (there !== undefined) return { branch, headSha: there.sha };
  return { branch, headSha: (await needBranch(mirror, branch)).sha, isNew: true };
}

/**
 * Fetches the source's base and brings it into the mirror's: forward, or by a merge. One that was rewritten there, so
 * that it has dropped what it held when it was last looked at, is taken as it is: the mirror's base drops that too.
 */
export async function updateBase(
  mirror: GitRepo,
  source: Source,
  input: { baseBranch: string; author: Author | undefined },
): Promise<BaseUpdate> {
  // Alone, so that nobody takes an older look of theirs for the newer one.
  return await withLock(
    `${mirror.gitDir}.lock`,
    async () => {
      const theirs = await fetchBase(mirror, source, input.baseBranch);
      await copyFromSource(mirror, source.path, theirs);
      return await untilMoved(() => bringIn(mirror, theirs, input));
    },
    mirror.signal,
  );
}

/** Undefined when somebody merged meanwhile. */
async function bringIn(
  mirror: GitRepo,
  theirs: string,
  { baseBranch, author }: { baseBranch: string; author: Author | undefined },
): Promise<BaseUpdate | undefined> {
  const ref = `refs/heads/${baseBranch}`;
  const refs = await readRefs(mirror, [ref, sourceRef(baseBranch)]);
  const [ours, last] = [refs.get(ref), refs.get(sourceRef(baseBranch))?.sha];
  const seen = last === theirs ? [] : [{ ref: sourceRef(baseBranch), to: theirs, from: undefined }];
  const moveTo = async (sha: string): Promise<BaseUpdate | undefined> => {
    const isMoved = await moveRefs(mirror, [{ ref, to: sha, from: ours?.sha ?? null }, ...seen]);
    return isMoved ? { kind: 'moved', headSha: sha } : undefined;
  };
  const isRewritten = last !== undefined && !(await isAncestor(mirror, last, theirs));
  if (!isRewritten && ours !== undefined && (await isAncestor(mirror, theirs, ours.sha))) {
    await moveRefs(mirror, seen);
    return { kind: 'unchanged', headSha: ours.sha };
  }
  await refuseCheckedOut(mirror, baseBranch);
  if (isRewritten || ours === undefined || (await isAncestor(mirror, ours.sha, theirs))) return await moveTo(theirs);
  const merge = await mergeTrees(mirror, { ours: ours.sha, theirs, base: ours.sha });
  if (merge.kind === 'conflict') return { kind: 'conflict', files: merge.files };
  const message = `Merge ${baseBranch} of the source repository`;
  const parents = [ours.sha, theirs];
  return await moveTo(await commitTree(mirror, { tree: merge.tree, parents, message, author }));
}

/** Remembers where the source's base was when the mirror was made of it. */
export async function noteSource(mirror: GitRepo, branch: string, sha: string): Promise<void> {
  await moveRefs(mirror, [{ ref: sourceRef(branch), to: sha, from: null }]);
}

/**
 * Fails BaseRewritten (final) when a merged commit must not go to the source any more: the base there has dropped what it
 * held, here too or not yet.
 */
export async function refuseDropped(
  mirror: GitRepo,
  source: Source,
  { baseBranch, mergedSha }: { baseBranch: string; mergedSha: string },
): Promise<void> {
  const base = await needBranch(mirror, baseBranch);
  await refuseRewritten(mirror, { branch: baseBranch, sha: mergedSha }, base.sha);
  const ref = sourceRef(baseBranch);
  const last = (await readRefs(mirror, [ref])).get(ref);
  if (last === undefined) return;
  await refuseRewritten(mirror, { branch: baseBranch, sha: last.sha }, await fetchBase(mirror, source, baseBranch));
}

export interface MergeInput {
  readonly head: string;
  readonly base: string;
  readonly expectedHeadSha: string;
  /** The base that the verified tree holds; any other is refused as BaseMoved. */
  readonly expectedBaseSha?: string | undefined;
  readonly standsOn?: KnownBase | undefined;
  readonly message: string;
  readonly author: Author | undefined;
}

/**
 * Merges a head into its base with a merge commit, made without a checkout and put there by compare-and-swap.
 * Idempotent: for a base that already holds the expected head it returns the commit that brought it.
 */
export async function mergeBranch(mirror: GitRepo, input: MergeInput): Promise<Merged> {
  const { head, base, expectedHeadSha, expectedBaseSha, standsOn, message, author } = input;
  const [headRef, baseRef] = [`refs/heads/${head}`, `refs/heads/${base}`];
  return await untilMoved(async () => {
    const refs = await readRefs(mirror, [headRef, baseRef]);
    const baseAt = refs.get(baseRef) ?? (await needBranch(mirror, base));
    const merged = await findMerge(mirror, baseAt, expectedHeadSha);
    if (merged !== undefined) return merged;
    if (await isAncestor(mirror, expectedHeadSha, baseAt.sha)) return { mergedSha: baseAt.sha, treeSha: baseAt.tree };
    if (standsOn !== undefined)
      await refuseRewritten(mirror, standsOn, (await needBranch(mirror, standsOn.branch)).sha);
    const headAt = refs.get(headRef)?.sha;
    if (headAt !== expectedHeadSha) {
      const now = headAt === undefined ? 'is gone' : `is at ${headAt}`;
      throw finalFailure(
        'HeadMoved',
        `${head} ${now}, not at ${expectedHeadSha}; look at it again before it is merged`,
      );
    }
    if (expectedBaseSha !== undefined && baseAt.sha !== expectedBaseSha) {
      throw finalFailure(
        'BaseMoved',
        `${base} is at ${baseAt.sha}, not at ${expectedBaseSha}, which was verified with ${head}`,
      );
    }
    await refuseCheckedOut(mirror, base);
    const merge = await mergeTrees(mirror, { ours: baseAt.sha, theirs: expectedHeadSha, base: baseAt.sha });
    if (merge.kind === 'conflict') {
      const files = merge.files.join(', ');
      throw finalFailure('MergeConflict', `${head} and ${base} both changed ${files}`, {
        details: [{ files: merge.files }],
      });
    }
    const parents = [baseAt.sha, expectedHeadSha];
    const sha = await commitTree(mirror, { tree: merge.tree, parents, message, author });
    const verify = [{ ref: headRef, at: expectedHeadSha }];
    // From here on not to be cancelled: whether it happened must be known.
    const { signal, ...uncancelled } = mirror;
    signal?.throwIfAborted();
    const isMoved = await moveRefs(uncancelled, [{ ref: baseRef, to: sha, from: baseAt.sha }], verify);
    return isMoved ? { mergedSha: sha, treeSha: merge.tree } : undefined;
  });
}

/** The merge by which `base` got `head`, where there is one. Without a process when neither is far from the other. */
export async function findMerge(mirror: GitRepo, base: Ref, head: string): Promise<Merged | undefined> {
  if (!(await isAncestor(mirror, head, base.sha))) return undefined;
  const args = ['log', '--first-parent', '--merges', '--format=%H %T %P', base.sha, `^${head}`];
  const merges = (await git(mirror, args)).split('\n').map((line) => line.split(' '));
  const [mergedSha, treeSha] = merges.find(([, , , ...brought]) => brought.includes(head)) ?? [];
  return mergedSha === undefined || treeSha === undefined ? undefined : { mergedSha, treeSha };
}

/** Somebody who hung a worktree on the mirror would see their files turn into a change against a moved branch. */
async function refuseCheckedOut(mirror: GitRepo, branch: string): Promise<void> {
  const worktrees = await readdir(join(mirror.gitDir, 'worktrees')).catch(() => []);
  if (worktrees.length === 0) return;
  const list = (await git(mirror, ['worktree', 'list', '--porcelain'])).split('\n');
  if (!list.includes(`branch refs/heads/${branch}`)) return;
  throw finalFailure(
    'MergeConflict',
    `${branch} of ${mirror.gitDir} is checked out in a worktree; remove that worktree`,
  );
}

/** Tries again while somebody else was faster. */
async function untilMoved<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new Error('The branch was moved by others again and again while it was to be moved');
}
