/**
 * What a host reads from the forge and moves there. By `git fetch` and `git push`; where clone and forge share their
 * objects, by reading and moving the forge's refs themselves, under the same conditions.
 */
import { dirname } from 'node:path';
import type { KnownBase } from '../../workflows/contract/base.ts';
import { finalFailure } from '../failures.ts';
import { sendObjects } from '../lfs/host-objects.ts';
import { isAncestor } from './ancestry.ts';
import { holdsDropped, refuseRewritten } from './base-branch.ts';
import { leaseLost, notForward } from './failures.ts';
import { fetchOrFill } from './first-fetch.ts';
import { ASKING, git, TRANSFER } from './git.ts';
import { remoteBranchRef } from './names.ts';
import { moveRefs, type Ref, type RefMove, readCommit, readRefs } from './refs.ts';
import { type Clone, lockRepository } from './repository.ts';

export interface ForgeRef {
  /** Its name on the forge. */
  readonly there: string;
  /** Where a fetch keeps it on this host. */
  readonly here: string;
  /** It is no mistake when there is none. */
  readonly optional?: boolean;
}

export const forgeBranch = (branch: string, options: { optional?: boolean } = {}): ForgeRef => ({
  ...{ there: `refs/heads/${branch}`, here: remoteBranchRef(branch) },
  ...options,
});

/** The forge's refs as they are now, by their names there; all that they name can be read here afterwards. */
export async function readForge(clone: Clone, refs: readonly ForgeRef[]): Promise<Map<string, Ref>> {
  if (clone.forge !== undefined)
    return await readRefs(
      clone.forge,
      refs.map(({ there }) => there),
    );
  // One that is not there fails a fetch by its name, but not by a pattern.
  const refspecs = refs.map(({ there, here, optional }) =>
    optional === true ? `+${dirname(there)}/*:${dirname(here)}/*` : `+${there}:${here}`,
  );
  // What is not there any more goes here too.
  await lockRepository(clone, () => fetchRefspecs(clone, [...new Set(refspecs)], ['--prune']));
  const found = await readRefs(
    clone,
    refs.map(({ here }) => here),
  );
  return new Map(refs.flatMap(({ there, here }) => (found.has(here) ? [[there, found.get(here) as Ref]] : [])));
}

/** Brings a commit of the forge here. */
export async function fetchCommit(clone: Clone, sha: string): Promise<void> {
  const refspec = `+${sha}:refs/factory/commits/${sha}`;
  if (clone.forge === undefined) await lockRepository(clone, () => fetchRefspecs(clone, [refspec]));
}

async function fetchRefspecs(clone: Clone, refspecs: readonly string[], more: readonly string[] = []): Promise<void> {
  const options = [
    ...more,
    '--progress',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-auto-maintenance',
    '--no-show-forced-updates',
  ];
  const how = { ...TRANSFER, ...accessOf(clone) };
  await fetchOrFill(clone, refspecs, (depth, wanted) =>
    git(clone, ['fetch', ...options, ...depth, 'forge', ...wanted], how),
  );
}

const accessOf = ({ access }: Clone) => (access === undefined ? {} : { env: access.env });

export interface LeasedMove {
  readonly ref: string;
  readonly to: string;
  /** Where it must be; undefined: nowhere yet. */
  readonly expected: string | undefined;
}

export interface BranchMove {
  readonly name: string;
  readonly sha: string;
  /** The one commit from which it may be moved without going forward: its work was taken over onto another base. */
  readonly replaces?: string | undefined;
}

/**
 * Moves a ref of the forge under its lease, and a branch with it that only goes forward: both or neither.
 * Fails PushRejected (final), as git failure `lease-lost`, when the ref is not where it was expected, BranchMoved (final)
 * when the branch would not go forward, and BaseRewritten (final) before anything is sent when the forge has dropped what
 * the clone's work is built on, and CommitsDropped (final) when what is pushed holds what was dropped.
 */
export async function pushToForge(clone: Clone, move: LeasedMove, branch?: BranchMove): Promise<void> {
  if (clone.base !== undefined) await refuseRewrittenThere(clone, clone.base);
  for (const sha of [move.to, branch?.sha ?? move.to]) {
    if (!(await holdsDropped(clone, clone, sha))) continue;
    throw finalFailure('CommitsDropped', `${sha} holds commits that the base has dropped, so it stays here`);
  }
  const commits = branch === undefined ? [move.to] : [move.to, branch.sha];
  await sendObjects(clone, { commits, known: [move.expected, clone.base?.sha] });
  if (clone.forge !== undefined) return await moveOnForge(clone, move, branch);
  const { ref, to, expected = '' } = move;
  const leases = [`--force-with-lease=${ref}:${expected}`];
  const refspecs = [`${to}:${ref}`];
  if (branch !== undefined) {
    const name = `refs/heads/${branch.name}`;
    refspecs.push(`${branch.sha}:${name}`);
    const isReplaced = branch.replaces !== undefined && (await lookAtForge(clone, name))?.sha === branch.replaces;
    if (isReplaced) leases.push(`--force-with-lease=${name}:${branch.replaces}`);
  }
  const options = ['--progress', '--atomic', '--no-verify', ...leases];
  await git(clone, ['push', ...options, 'forge', ...refspecs], { ...TRANSFER, ...accessOf(clone) });
}

/** Looks at the base as it is on the forge now. Fails BaseRewritten, BaseBranchMissing (final). */
export async function refuseRewrittenThere(clone: Clone, base: KnownBase): Promise<void> {
  const wanted = forgeBranch(base.branch);
  const there = await lookAtForge(clone, wanted.there);
  if (there === undefined) throw finalFailure('BaseBranchMissing', `The forge has no branch ${base.branch}`);
  if (there.sha === base.sha) return;
  if (there.commit === undefined) await readForge(clone, [wanted]);
  await refuseRewritten(clone, base, there.sha);
}

async function moveOnForge(clone: Clone, move: LeasedMove, branch?: BranchMove): Promise<void> {
  const forge = clone.forge as NonNullable<Clone['forge']>;
  const moves: RefMove[] = [{ ref: move.ref, to: move.to, from: move.expected ?? null }];
  if (branch !== undefined) {
    const ref = `refs/heads/${branch.name}`;
    const at = (await readRefs(forge, [ref])).get(ref)?.sha;
    const isReplaced = at !== undefined && at === branch.replaces;
    if (at !== undefined && !isReplaced && !(await isAncestor(forge, at, branch.sha))) {
      throw notForward(`${branch.name} is at ${at} on the forge, which ${branch.sha} does not hold`);
    }
    if (at !== branch.sha) moves.push({ ref, to: branch.sha, from: at ?? null });
  }
  if (!(await moveRefs(forge, moves))) throw leaseLost(move.ref);
}

/** Where a ref of the forge is now, and what it names when that is known here. */
export async function lookAtForge(clone: Clone, ref: string): Promise<{ sha: string; commit?: Ref } | undefined> {
  if (clone.forge !== undefined) {
    const commit = (await readRefs(clone.forge, [ref])).get(ref);
    return commit && { sha: commit.sha, commit };
  }
  const listed = await git(clone, ['ls-remote', 'forge', ref], { ...ASKING, ...accessOf(clone) });
  // It lists every ref whose name ends so.
  const [sha] =
    listed
      .split('\n')
      .find((line) => line.endsWith(`\t${ref}`))
      ?.split('\t') ?? [];
  if (sha === undefined) return undefined;
  const commit = await readCommit(clone, sha).catch(() => undefined);
  return commit === undefined ? { sha } : { sha, commit };
}
