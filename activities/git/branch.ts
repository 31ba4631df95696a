/** The task's branch: the factory commits what the agent wrote, and pushes it forward. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Placement } from '../../workflows/contract/task.ts';
import { finalFailure } from '../failures.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { type Secret, scanCommits, secretText } from '../secrets/scan.ts';
import { isAncestor } from './ancestry.ts';
import { type Chain, forgeChain, makeCheckpoint, pushChain, readChain, refuseReplaced, takeChain } from './chain.ts';
import { commitTree, mergeTrees, trailer } from './commits.ts';
import { findAhead, takeIn } from './forward.ts';
import { moveRefs, readCommit } from './refs.ts';
import { readForge } from './remote.ts';
import type { Clone, GitHost } from './repository.ts';
import { takeSnapshot } from './snapshot.ts';
import { copyIndex } from './snapshot-index.ts';
import { takeBack } from './take-back.ts';
import { headMove, headOf, type LaidConflict, openWorktree, updateState, type Worktree } from './worktree-state.ts';

export interface CommitChangeInput {
  readonly epicId: string;
  readonly taskKey: string;
  readonly repository: string;
  readonly placement: Placement;
  readonly worktree: string;
  /** The commit whose merge with conflicts the agent has settled, where the worktree itself does not remember one. */
  readonly mergeParent?: string;
  readonly message: string;
  /** The same key is the same commit. */
  readonly key: string;
}

export interface CommitChangeResult {
  readonly headSha: string;
  readonly treeSha: string;
  /** False when there was nothing to commit. */
  readonly changed: boolean;
  /** Files of a merge that still hold conflict markers: its Worker must settle them, and commit again. */
  readonly unresolved: string[];
  /** They conflict with what somebody pushed to the task's own branch, not with the target. */
  readonly isOwnBranch?: boolean;
  /** What cannot be committed: nested repositories, files over 50 MB. */
  readonly leftOut: string[];
  /** Changed files that a filter would have to encrypt or convert: nothing was committed, its Worker must undo them. */
  readonly filtered?: string[];
}

export interface ShowHeadInput {
  readonly epicId: string;
  /** Left out for the epic's own branch. */
  readonly taskKey?: string;
  readonly repository: string;
  readonly placement: Placement;
  readonly worktree: string;
  readonly headSha: string;
  /** Globs of files that may hold what looks like a secret. */
  readonly secretsAllowedIn?: readonly string[];
}

export interface PushBranchInput extends ShowHeadInput {
  readonly branch: string;
}

export interface PushBranchResult {
  /** What looks like a secret in the new commits: then nothing was pushed, and the branch has left them. */
  readonly secrets: Secret[];
}

export function createBranchActivities(host: GitHost) {
  return {
    /**
     * Commits the worktree's files to the task's branch; afterwards the index equals the commit, and the commit holds
     * what the forge's branch has: a branch that was rewritten here goes on from there, what others pushed is merged.
     * Idempotent: a head that carries the key is returned.
     * Fails: WorktreeUnusable (final); DiskFull, ForgeUnavailable, GitFailed (retried).
     * Runs on: host-<name>.
     */
    commitChange: (input: CommitChangeInput) => withHeartbeat((signal) => commitChange(host, input, signal)),

    /**
     * Pushes the branch, forward only, together with the checkpoint chain: both or neither. Commits that hold what looks
     * like a secret are not pushed but taken back: their files stay, uncommitted, for the Worker to mend.
     * Idempotent: what is there already counts.
     * Fails: PushRejected (final) when the task was placed again, BranchMoved (final) when somebody pushed to the branch
     * since the commit, SecretFound (final) in the epic's own branch; ForgeUnavailable (retried).
     * Runs on: host-<name>.
     */
    pushBranch: (input: PushBranchInput) => withHeartbeat((signal) => push(host, input, signal)),

    /**
     * Puts the head on the task's checkpoint chain while its branch must not be pushed yet: so people can look at it, and
     * no lost host takes it along. What looks like a secret is treated as by pushBranch.
     * Idempotent: a chain whose end names the head is left as it is.
     * Fails: PushRejected (final) when the task was placed again; ForgeUnavailable (retried).
     * Runs on: host-<name>.
     */
    showHead: (input: ShowHeadInput) => withHeartbeat((signal) => push(host, input, signal)),
  };
}

async function commitChange(host: GitHost, input: CommitChangeInput, signal: AbortSignal): Promise<CommitChangeResult> {
  const worktree = await updateState(await openWorktree(host, input, signal), { verifying: undefined });
  const { bare, branch } = worktree;
  if (branch === undefined) throw finalFailure('WorktreeUnusable', `${worktree.path} is on no branch to commit to`);
  const [snapshot, head] = await Promise.all([takeSnapshot(worktree), headOf(worktree)]);
  const answer = (commit: Commit, changed: boolean, unresolved: string[] = [], isOwnBranch = false) => ({
    ...{ headSha: commit.sha, treeSha: commit.tree, changed, unresolved, leftOut: snapshot.unwelcome },
    ...(isOwnBranch ? { isOwnBranch } : {}),
  });
  if (trailer(head.message, 'Factory-Key') === input.key) {
    if (snapshot.tree === head.tree) await copyIndex(worktree.snapshots, worktree.place);
    await updateState(worktree, { conflict: undefined });
    return answer(head, true);
  }

  if (snapshot.filtered.length > 0) return { ...answer(head, false), filtered: snapshot.filtered };
  const merged = await findMerge(worktree, head, input.mergeParent);
  const unresolved = merged === undefined ? [] : await unresolvedFiles(worktree, merged);
  if (unresolved.length > 0) return answer(head, false, unresolved, merged?.isOwnBranch);
  const { epicId, taskKey, placement } = input;
  const ahead = await findAhead(worktree, head, { epicId, taskKey, epoch: placement.epoch });
  const base = ahead?.isOurs ? ahead.commit : head;
  const others = [head.sha, ...(merged === undefined ? [] : [merged.parent])];
  const isHeld = await Promise.all(others.map((other) => isAncestor(bare, other, base.sha)));
  const parents = [base.sha, ...others.filter((_, i) => !isHeld[i])];
  const held = merged === undefined ? head.sha : merged.parent;
  const theirs = !ahead || ahead.isOurs || (await isAncestor(bare, ahead.commit.sha, held)) ? undefined : ahead.commit;

  const trailers = { 'Factory-Epic': epicId, 'Factory-Task': taskKey };
  const keyed = { ...trailers, 'Factory-Key': input.key };
  const isEmpty = parents.length === 1 && snapshot.tree === base.tree;
  const { tree } = snapshot;
  const commit = { tree, parents, message: input.message, author: host.author };
  // A merge that follows is what carries the key.
  const sha = isEmpty ? base.sha : await commitTree(bare, { ...commit, trailers: theirs ? trailers : keyed });
  if (sha !== head.sha) await moveBranch(worktree, head.sha, sha);
  const settled = await updateState(worktree, { conflict: undefined });
  if (theirs === undefined) return answer({ sha, tree }, !isEmpty);
  const taken = await takeIn(settled, { ours: sha, theirs: theirs.sha, trailers: keyed, author: host.author });
  return taken.kind === 'conflict' ? answer({ sha, tree }, !isEmpty, taken.files, true) : answer(taken, true);
}

interface Commit {
  readonly sha: string;
  readonly tree: string;
}

/** Moves the branch from under the worktree, whose files are the commit's already. */
async function moveBranch(worktree: Worktree, from: string, to: string): Promise<void> {
  if (!(await moveRefs(worktree.bare, [headMove(worktree, from, to)]))) {
    throw finalFailure(
      'WorktreeUnusable',
      `The branch ${worktree.branch} was moved by somebody else while its work was committed`,
    );
  }
  await copyIndex(worktree.snapshots, worktree.place);
}

/** The merge that the files settle: the worktree's own note wins, since it is about these very files. */
async function findMerge(
  { bare, state }: Worktree,
  head: Commit,
  parent: string | undefined,
): Promise<LaidConflict | undefined> {
  const merge = state.conflict ?? (parent === undefined ? undefined : { head: head.sha, parent });
  return merge === undefined || (await isAncestor(bare, merge.parent, head.sha)) ? undefined : merge;
}

const MARKER = /^(<{7}|>{7}|\|{7}) /m;

/** Files that conflicted in this merge and still hold a marker. The merge is computed again, so no list can get lost. */
async function unresolvedFiles(worktree: Worktree, { head, parent }: LaidConflict): Promise<string[]> {
  const merge = await mergeTrees(worktree.bare, { ours: head, theirs: parent, base: parent });
  if (merge.kind === 'clean') return [];
  const marked = merge.files.map(async (file) => {
    const text = await readFile(join(worktree.path, file), 'utf8').catch(() => '');
    return MARKER.test(text) ? [file] : [];
  });
  return (await Promise.all(marked)).flat();
}

/** Pushes a commit with the chain, and where one is named the branch; what looks like a secret keeps it here. */
async function push(
  host: GitHost,
  input: ShowHeadInput & { readonly branch?: string },
  signal: AbortSignal,
): Promise<PushBranchResult> {
  const { epicId, taskKey, branch, headSha } = input;
  const chain: Chain = { epicId, taskKey, epoch: input.placement.epoch, author: host.author };
  const worktree = await openWorktree(host, input, signal);
  const { bare } = worktree;
  const { end, pushed, tree } = await chainEnd(bare, chain, headSha);
  const isThere = end?.head === headSha && end.tree === tree && end.sha === pushed;
  if (branch === undefined && isThere) return { secrets: [] };
  const known = pushed === undefined ? [] : [pushed];
  const secrets = await scanCommits(bare, { head: headSha, known, allowed: input.secretsAllowedIn ?? [] });
  if (secrets.length > 0) {
    // The epic's own commits are merges of what was pushed before, made by nobody's hand.
    if (worktree.branch === undefined) throw finalFailure('SecretFound', secrets.map(secretText).join(', '));
    await takeBack(worktree, headSha, known);
    return { secrets };
  }
  const why = branch === undefined ? 'waits for a person' : `push of ${branch}`;
  const sha = await makeCheckpoint(bare, chain, { tree, head: headSha, after: end?.sha, why });
  const { replaces } = worktree.state;
  const named = branch === undefined ? {} : { branch: { name: branch, sha: headSha, replaces } };
  await pushChain(bare, chain, { sha, expected: pushed, ...named });
  return { secrets };
}

/** Where the chain ends here. The epic's chain is taken over by a placement's first push, a task's when it is prepared. */
async function chainEnd(bare: Clone, chain: Chain, headSha: string) {
  const [head, state] = await Promise.all([readCommit(bare, headSha), readChain(bare, chain)]);
  refuseReplaced(chain, state);
  const isFirst = chain.taskKey !== undefined && chain.epoch === 1;
  if (state.pushed !== undefined || isFirst) return { end: state.local, pushed: state.pushed, tree: head.tree };
  if (chain.taskKey !== undefined) {
    const name = `${chain.epicId}/${chain.taskKey}`;
    throw finalFailure('WorktreeUnusable', `${name} was not prepared for placement ${chain.epoch}; place it again`);
  }
  await readForge(bare, [forgeChain(chain)]);
  const end = await takeChain(bare, chain, head);
  return { end, pushed: end?.sha, tree: head.tree };
}
