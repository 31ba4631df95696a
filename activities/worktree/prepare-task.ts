/** A task's worktree: newly cut, found again, brought from where it was seen last, or taken over onto another base. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finalFailure } from '../../clients/failures.ts';
import { isAncestor, mergeBase } from '../../clients/git/ancestry.ts';
import { holds } from '../../clients/git/base-branch.ts';
import { isGitFailure } from '../../clients/git/failures.ts';
import { taskBranch, taskWorktreePath } from '../../clients/git/names.ts';
import { type Ref, readCommit, readRefs } from '../../clients/git/refs.ts';
import { forgeBranch, readForge, refuseRewrittenThere } from '../../clients/git/remote.ts';
import { type Clone, type GitHost, openRepository } from '../../clients/git/repository.ts';
import { realPath } from '../../clients/git/worktree-folder.ts';
import type { KnownBase } from '../../workflows/contract/base.ts';
import type { PreparedWorktree, PrepareWorktreeInput } from '../../workflows/contract/worktree.ts';
import { type Checkpoint, forgeChain, readChain, takeChain } from './checkpoint-chain.ts';
import { trailer } from './commits.ts';
import { branchMoves, findWorktree, makeWorktree, moveAside, workedElsewhere } from './prepare.ts';
import { takeOver, toldOf } from './take-over.ts';
import type { LaidConflict, WorktreeState } from './worktree-memory.ts';
import {
  headOf,
  openWorktree,
  updateState,
  type Worktree,
  worktreeAt,
  writeGitFile,
  writeState,
} from './worktree-state.ts';

export async function prepareTask(
  host: GitHost,
  input: PrepareWorktreeInput,
  signal: AbortSignal,
): Promise<PreparedWorktree> {
  const { epicId, taskKey, targetBranch, base, replaces } = input;
  const { epoch } = input.placement;
  const branch = taskBranch(epicId, taskKey);
  const chain = { epicId, taskKey, epoch, author: host.author };
  const [opened, path] = await Promise.all([
    openRepository(host, input.repository, signal),
    realPath(host, taskWorktreePath(host, epicId, taskKey)),
  ]);
  const bare: Clone = { ...opened, base };
  const { repo } = worktreeAt(bare, epicId, path);
  const found = await findWorktree(repo, path, epoch);

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
  const from = await standsOnDropped(bare, { input, found, target, heads: [local, remote] });
  if (from !== undefined) {
    const { secretsAllowedIn: files, allowedSecrets: hashes } = input;
    const exempt = { epicId, files, hashes };
    const worktree = found && (await adoptNewest(found));
    const work = { bare, chain, path, branch, targetBranch, from, target, remote, local, worktree, exempt };
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
  // A forge may delete a branch as it is merged: then the chain knows its head.
  const own = remote ?? (end && (await madeBy(bare, chain, end)));
  const isMerged = own !== undefined && (await isAncestor(bare, own.sha, target.sha));
  const answer = async (headSha: string) => ({
    ...{ worktree: path, branch, headSha, baseSha: await mergeBase(bare, target.sha, headSha), isMerged },
  });

  if (found !== undefined && adopts) {
    await Promise.all([
      found.epoch === epoch ? undefined : writeState(repo.gitDir, { ...found, epoch }),
      writeFile(join(repo.gitDir, 'HEAD'), `ref: refs/heads/${branch}\n`),
      writeGitFile(repo, path),
    ]);
    const worktree = await updateState(await openWorktree(host, { ...input, worktree: path }, signal), known);
    return await answer((await headOf(worktree)).sha);
  }
  if (found !== undefined) await moveAside(repo, path, found);
  const { head, tree } = end ?? { head: origin.sha, tree: origin.tree };
  const headTree = head === target.sha ? target.tree : undefined;
  const conflict = end === undefined ? undefined : await findMerging(bare, end);
  // As the files come from the target, the base as it is there says how they are written.
  const made = { epicId, path, epoch, branch, head, tree: tree === headTree ? undefined : tree, conflict };
  await updateState(await makeWorktree({ ...made, bare: { ...bare, base: known.base } }), known);
  return await answer(head);

  /** The worktree, unless the task was worked on elsewhere since. */
  async function adoptNewest(there: WorktreeState): Promise<Worktree | undefined> {
    const { fetched } = await readChain(bare, chain);
    const range = { after: there.epoch, before: epoch, target: (target as Ref).sha };
    if (there.epoch !== epoch && fetched !== undefined && (await workedElsewhere(bare, fetched, range))) {
      await moveAside(repo, path, there);
      return undefined;
    }
    await writeState(repo.gitDir, { ...there, epoch });
    await writeFile(join(repo.gitDir, 'HEAD'), `ref: refs/heads/${branch}\n`);
    await writeGitFile(repo, path);
    return await openWorktree(host, { ...input, worktree: path }, signal);
  }
}

interface Standing {
  readonly input: PrepareWorktreeInput;
  readonly found: WorktreeState | undefined;
  readonly target: Ref;
  readonly heads: readonly (Ref | undefined)[];
}

/**
 * The commit of the target that the work stands on, where the target has dropped that, or one that the work has taken in
 * since. Of merges that did not reach the forge the worktree knows more than its workflow.
 */
async function standsOnDropped(bare: Clone, { input, found, target, heads }: Standing): Promise<string | undefined> {
  const { takenOver } = found ?? {};
  // This very placement has taken it over, and its answer got lost.
  if (takenOver?.epoch === input.placement.epoch && takenOver.wanted === input.from) return input.from;
  const noted = found?.base?.branch === input.targetBranch ? found.base.sha : undefined;
  const merged = heads.map((head) => trailer(head?.message, 'Factory-Merged'));
  const known = input.base === undefined ? [] : [noted, ...merged];
  for (const sha of [input.from, ...known]) {
    if (sha !== undefined && !(await holds(bare, target.sha, sha))) return input.from ?? sha;
  }
  return undefined;
}

/** The branch's head as the chain knows it, where it is a commit of the task's own. */
async function madeBy(
  bare: Clone,
  { epicId, taskKey }: { readonly epicId: string; readonly taskKey: string },
  end: Checkpoint,
): Promise<Ref | undefined> {
  const head = await readCommit(bare, end.head);
  const isOwn = (name: string, value: string) => trailer(head.message, name) === value;
  return isOwn('Factory-Epic', epicId) && isOwn('Factory-Task', taskKey) ? head : undefined;
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
