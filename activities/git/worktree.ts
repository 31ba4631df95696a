/** Worktrees: one a task on the task's branch, and detached ones that are thrown away. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import type { Follower } from '../../workflows/contract/line.ts';
import type { Placement } from '../../workflows/contract/task.ts';
import { finalFailure } from '../failures.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { isAncestor, mergeBase } from './ancestry.ts';
import { holds, type KnownBase } from './base.ts';
import { type Checkpoint, forgeChain, readChain, takeChain } from './chain.ts';
import { isGitFailure } from './failures.ts';
import { detachedWorktreePath, taskBranch, taskWorktreePath } from './names.ts';
import { branchMoves, findWorktree, makeWorktree, moveAside, realPath, workedElsewhere } from './prepare.ts';
import { type Ref, readCommit, readRefs } from './refs.ts';
import { fetchCommit, forgeBranch, readForge, refuseRewrittenThere } from './remote.ts';
import { type Clone, type GitHost, openRepository } from './repository.ts';
import { uncommitted } from './snapshot.ts';
import { stackOn } from './stack.ts';
import { takeOver, toldOf, type WasTakenOver } from './take-over.ts';
import {
  deleteWorktree,
  headOf,
  type LaidConflict,
  openWorktree,
  updateState,
  type Worktree,
  type WorktreeState,
  worktreeAt,
  writeGitFile,
  writeState,
} from './worktree-state.ts';

export interface PrepareWorktreeInput {
  readonly epicId: string;
  readonly taskKey: string;
  readonly repository: string;
  readonly targetBranch: string;
  readonly placement: Placement;
  /** The base that all of the epic is built on. */
  readonly base?: KnownBase;
  /** The newest commit of the target that the task's work holds. */
  readonly from?: string;
  /** Where the forge may still have its branch, whose work was taken over since. */
  readonly replaces?: string;
  /** Globs of files that may hold what looks like a secret. */
  readonly secretsAllowedIn?: readonly string[];
}

export interface PreparedWorktree {
  readonly worktree: string;
  readonly branch: string;
  readonly headSha: string;
  readonly baseSha: string;
  readonly isMerged: boolean;
  /** The target had dropped what the work stood on. */
  readonly takenOver?: WasTakenOver;
}

export interface PrepareDetachedInput {
  readonly epicId: string;
  /** What it is for: `plan`, `review-schema-1`, … */
  readonly name: string;
  readonly repository: string;
  readonly placement: Placement;
  /** A commit, or a branch of the forge. */
  readonly commit: string;
  /** Merged on top of it, one after the other. */
  readonly followers?: readonly Follower[];
  /** The base that all of the epic is built on. */
  readonly base?: KnownBase;
}

export interface RemoveWorktreeInput {
  readonly epicId: string;
  /** A task's key, or with `discard` the name of a detached worktree. */
  readonly name: string;
  readonly repository: string;
  readonly placement: Placement;
  /** Means the detached worktree of that name, whatever it holds: a task's can never be thrown away. */
  readonly discard: boolean;
}

export interface RemoveWorktreeResult {
  readonly removed: boolean;
  readonly reason?: string;
}

/** Nobody's work waits for the place of a worktree, so what stands in its way needs no failure. */
function kept(error: unknown): RemoveWorktreeResult {
  const isKept = error instanceof ApplicationFailure && error.type === 'WorktreeUnusable';
  if (isKept) return { removed: false, reason: error.message };
  throw error;
}

const SHA = /^[0-9a-f]{40}$/;

export function createWorktreeActivities(host: GitHost) {
  return {
    /**
     * Makes the task's worktree on its branch, cut from the target branch or from where an earlier placement was seen
     * last; `isMerged` when the target holds all that the forge's branch has. First an empty checkpoint of this placement
     * goes to the forge, so that older ones can push nothing more. Where the target has dropped what the work stood on, its
     * changes are taken over onto what the target is now.
     * Idempotent: a worktree that is there is adopted with everything in it, a half-made one is completed, and one
     * that the task has left for another host meanwhile is moved aside.
     * Fails: RepositoryMissing, BaseBranchMissing, BaseRewritten, PushRejected, WorktreeUnusable (final); DiskFull,
     * GitFailed (retried).
     * Runs on: host-<name>.
     */
    prepareWorktree: (input: PrepareWorktreeInput) => withHeartbeat((signal) => prepareTask(host, input, signal)),

    /**
     * Makes a worktree on no branch at exactly this commit, or at one that holds its followers too.
     * Idempotent: a clean one at the commit stays, anything else of that name is thrown away.
     * Fails: as prepareWorktree.
     * Runs on: host-<name>.
     */
    prepareDetached: (input: PrepareDetachedInput) => withHeartbeat((signal) => prepareDetached(host, input, signal)),

    /**
     * Removes a worktree, but a task's only when all that it holds is committed (ignored files go with it).
     * One that cannot be removed is an answer with the reason, never a failure that is tried again.
     * Idempotent: one that is gone was removed.
     * Runs on: host-<name>.
     */
    removeWorktree: (input: RemoveWorktreeInput): Promise<RemoveWorktreeResult> =>
      withHeartbeat((signal) => remove(host, input, signal).catch(kept)),
  };
}

async function prepareTask(host: GitHost, input: PrepareWorktreeInput, signal: AbortSignal): Promise<PreparedWorktree> {
  const { epicId, taskKey, targetBranch, base, replaces } = input;
  const { epoch } = input.placement;
  const branch = taskBranch(epicId, taskKey);
  const chain = { epicId, taskKey, epoch, author: host.author };
  const [opened, path] = await Promise.all([
    openRepository(host, input.repository, signal),
    realPath(taskWorktreePath(host, epicId, taskKey)),
  ]);
  const bare: Clone = { ...opened, base };
  const { place } = worktreeAt(bare, epicId, path);
  const found = await findWorktree(place, path, epoch);

  const localRef = `refs/heads/${branch}`;
  const wanted = { remote: forgeBranch(branch, { optional: true }), target: forgeBranch(targetBranch) };
  const refs = await readForge(bare, [...Object.values(wanted), forgeChain(chain)]);
  const [remote, target] = [refs.get(wanted.remote.there), refs.get(wanted.target.there)];
  const local = (await readRefs(bare, [localRef])).get(localRef);
  if (target === undefined) {
    throw finalFailure('BaseBranchMissing', `The forge has no branch ${targetBranch}; create it, or name another one`);
  }
  if (base !== undefined) await refuseRewrittenThere(bare, base);
  const known = { base: knownBase(base, targetBranch, target.sha), replaces };
  // A workflow that was reset knows less of it than the worktree.
  const from = input.from ?? (base !== undefined && found?.base?.branch === targetBranch ? found.base.sha : undefined);
  if (from !== undefined && !(await holds(bare, target.sha, from))) {
    const { secretsAllowedIn = [] } = input;
    const worktree = found && (await adoptNewest(found));
    const work = { bare, chain, path, branch, targetBranch, from, target, remote, local, worktree, secretsAllowedIn };
    const taken = await takeOver(work);
    const { onto, headSha } = taken;
    const there = await openWorktree(host, { ...input, worktree: path }, signal);
    await updateState(there, { base: knownBase(base, targetBranch, onto) });
    return { worktree: path, branch, headSha, baseSha: onto, isMerged: false, takenOver: toldOf(taken) };
  }
  let adopts = false;
  const origin = remote ?? target;
  const movesFor = async (end: Checkpoint | undefined) => {
    const range = { before: epoch, target: target.sha };
    adopts =
      found !== undefined &&
      (found.epoch === epoch || !end || !(await workedElsewhere(bare, end, { ...range, after: found.epoch })));
    // A worktree that is adopted has its branch where it left it, unless somebody deleted that.
    return adopts && local !== undefined
      ? []
      : await branchMoves(bare, { epicId, taskKey, epoch, branch, local, head: end?.head ?? origin.sha });
  };
  const end = await takeChain(bare, chain, origin, movesFor);
  const isMerged = remote !== undefined && (await isAncestor(bare, remote.sha, target.sha));
  const answer = async (headSha: string) => ({
    ...{ worktree: path, branch, headSha, baseSha: await mergeBase(bare, target.sha, headSha), isMerged },
  });

  if (found !== undefined && adopts) {
    await Promise.all([
      found.epoch === epoch ? undefined : writeState(place.gitDir, { ...found, epoch }),
      writeFile(join(place.gitDir, 'HEAD'), `ref: refs/heads/${branch}\n`),
      writeGitFile(place, path),
    ]);
    const worktree = await updateState(await openWorktree(host, { ...input, worktree: path }, signal), known);
    return await answer((await headOf(worktree)).sha);
  }
  if (found !== undefined) await moveAside(place, path, found);
  const { head, tree } = end ?? { head: origin.sha, tree: origin.tree };
  const headTree = head === target.sha ? target.tree : undefined;
  const conflict = end === undefined ? undefined : await findMerging(bare, end);
  const made = { bare, epicId, path, epoch, branch, head, tree: tree === headTree ? undefined : tree, conflict };
  await updateState(await makeWorktree(made), known);
  return await answer(head);

  /** The worktree, unless the task was worked on elsewhere since. */
  async function adoptNewest(there: WorktreeState): Promise<Worktree | undefined> {
    const { fetched } = await readChain(bare, chain);
    const range = { after: there.epoch, before: epoch, target: (target as Ref).sha };
    if (there.epoch !== epoch && fetched !== undefined && (await workedElsewhere(bare, fetched, range))) {
      await moveAside(place, path, there);
      return undefined;
    }
    await writeState(place.gitDir, { ...there, epoch });
    await writeFile(join(place.gitDir, 'HEAD'), `ref: refs/heads/${branch}\n`);
    await writeGitFile(place, path);
    return await openWorktree(host, { ...input, worktree: path }, signal);
  }
}

/** A merge whose other side is not here any more is met again, as any other. */
async function findMerging(bare: Clone, { merging }: Checkpoint): Promise<LaidConflict | undefined> {
  if (merging === undefined) return undefined;
  try {
    await Promise.all([merging.head, merging.parent].map((sha) => readCommit(bare, sha)));
    return merging;
  } catch (error) {
    if (isGitFailure(error, 'object-missing')) return undefined;
    throw error;
  }
}

/** The target's own commit where the target is the base: that is what the work holds from here on. */
const knownBase = (base: KnownBase | undefined, targetBranch: string, targetSha: string): KnownBase | undefined =>
  base?.branch === targetBranch ? { branch: targetBranch, sha: targetSha } : base;

async function prepareDetached(host: GitHost, input: PrepareDetachedInput, signal: AbortSignal) {
  const { epicId, repository, commit, base: known, followers = [] } = input;
  const { epoch } = input.placement;
  const [bare, path] = await Promise.all([
    openRepository(host, repository, signal),
    realPath(detachedWorktreePath(host, epicId, input.name)),
  ]);
  const base = await needCommit(bare, commit);
  const stacked = await stackOn(bare, { sha: base, author: host.author }, followers);
  const sha = stacked.at(-1)?.commitSha ?? base;
  const { place } = worktreeAt(bare, epicId, path);
  const found = await findWorktree(place, path, epoch);
  if (found?.epoch === epoch) {
    const worktree = await openWorktree(
      host,
      { epicId, repository, placement: input.placement, worktree: path },
      signal,
    );
    const head = await headOf(worktree);
    const isClean = head.sha === sha && (await uncommitted(worktree, head)).length === 0;
    if (isClean) {
      await updateState(worktree, { base: known });
      return { worktree: path, commitSha: sha, stacked };
    }
  }
  if (found !== undefined) await deleteWorktree(place, path, found);
  const made = await makeWorktree({ bare, epicId, path, epoch, branch: undefined, head: sha });
  await updateState(made, { base: known });
  return { worktree: path, commitSha: sha, stacked };
}

/** Brings a commit of the forge here, named by its SHA or by a branch. */
async function needCommit(bare: Clone, commit: string): Promise<string> {
  if (!SHA.test(commit)) {
    const wanted = forgeBranch(commit);
    const head = (await readForge(bare, [wanted])).get(wanted.there);
    if (head !== undefined) return head.sha;
    throw finalFailure('BaseBranchMissing', `The forge has no branch ${commit}; push it first`);
  }
  try {
    await readCommit(bare, commit);
  } catch (error) {
    if (!isGitFailure(error, 'object-missing')) throw error;
    await fetchCommit(bare, commit);
  }
  return commit;
}

async function remove(host: GitHost, input: RemoveWorktreeInput, signal: AbortSignal) {
  const { epicId, name, repository, placement, discard } = input;
  const bare = await openRepository(host, repository, signal);
  const path = await realPath((discard ? detachedWorktreePath : taskWorktreePath)(host, epicId, name));
  const { place } = worktreeAt(bare, epicId, path);
  const found = await findWorktree(place, path, placement.epoch);
  if (found === undefined) return { removed: true };
  if (!discard) {
    const worktree = await openWorktree(host, { epicId, taskKey: name, repository, placement, worktree: path }, signal);
    const head = await headOf(worktree);
    const held = await uncommitted(worktree, head);
    if (held.length > 0)
      return { removed: false, reason: `it holds what no commit has: ${held.slice(0, 10).join(', ')}` };
  }
  await deleteWorktree(place, path, found);
  return { removed: true };
}
