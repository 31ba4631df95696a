/** Keeping reachable what a placement leaves behind: under one ref of its own, which never loses what it kept before. */
import { isAncestor } from '../../clients/git/ancestry.ts';
import type { GitRepo } from '../../clients/git/git.ts';
import { keptRef } from '../../clients/git/names.ts';
import { type Ref, type RefMove, readRefs } from '../../clients/git/refs.ts';
import { commitTree } from './commits.ts';

export interface WorkToKeep {
  readonly epicId: string;
  readonly taskKey: string;
  readonly epoch: number;
  readonly head: Ref;
  /** The files, where they are others than the head's. */
  readonly tree?: string;
  /** The message of a commit that is made to keep them. */
  readonly why: string;
}

/**
 * The moves of refs that keep a head and the files on it: the ref names the head itself, or a commit with the files; where
 * something was kept before, a commit with both as parents. Idempotent: what is kept already needs no move.
 */
export async function keepMoves(bare: GitRepo, work: WorkToKeep): Promise<RefMove[]> {
  const { head, tree = head.tree, why: message } = work;
  const ref = keptRef(work.epicId, work.taskKey, work.epoch);
  const before = (await readRefs(bare, [ref])).get(ref);
  const isCommitted = tree === head.tree;
  if (before === undefined) {
    const to = isCommitted ? head.sha : await commitTree(bare, { tree, parents: [head.sha], message });
    return [{ ref, to, from: null }];
  }
  const isKept = isCommitted
    ? await isAncestor(bare, head.sha, before.sha)
    : before.tree === tree && before.parents.includes(head.sha);
  if (isKept) return [];
  const to = await commitTree(bare, { tree, parents: [head.sha, before.sha], message });
  return [{ ref, to, from: before.sha }];
}
