/** Two branches that meet in a conflict, and what becomes of it when it is handed in. */
import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { adminDir } from '../../activities/worktree/worktree-state.ts';
import { clonePath } from '../../clients/git/names.ts';
import type { ConflictKind, ResolvedConflict } from '../../workflows/contract/conflict.ts';
import { type Repository, repositoryAt, writeFiles } from './git.ts';
import { createGitStage, type GitStage, REPOSITORY } from './git-stage.ts';

export const LONG = 'one\ntwo\nthree\nfour\nfive\nsix\n';
export const POINTERS = ['1', '2', '3'].map((digit) => digit.repeat(40)) as [string, string, string];
let stage: GitStage;
let source: Repository;

/** Call at the top of a file: makes the repository before its tests, and removes it after them. */
export function useConflicts(): void {
  before(async () => {
    const files = {
      'a.txt': LONG,
      'b.txt': LONG,
      'c.txt': 'c\n',
      'picture.bin': 'a\0b\n',
      'dir/one': LONG,
      'dir/two': LONG,
    };
    stage = await createGitStage({ files });
    source = stage.source;
  });
  after(() => stage.remove());
}

export type Change = (at: (path: string) => string, git: Repository['git']) => unknown;

/** A task whose branch has what `task` did, into which a branch with what `base` did is merged. */
export async function meet(name: string, changes: { task: Change; base: Change; before?: Change }) {
  const at = (path: string) => join(source.path, path);
  const commitOf = async (branch: string, from: string, change: Change) => {
    await source.git('checkout', '--quiet', '-B', branch, from);
    await source.git('clean', '--quiet', '-ffdx');
    await change(at, source.git);
    const sha = await source.commit(branch);
    await source.git('push', '--quiet', stage.mirror.path, branch);
    return sha;
  };
  await commitOf(`${name}-start`, 'main', changes.before ?? (() => {}));
  const task = await commitOf(`${name}-task`, `${name}-start`, changes.task);
  const base = await commitOf(`${name}-base`, `${name}-start`, changes.base);
  const one = stage.host('one');
  const input = { epicId: 'conflicts', taskKey: name, repository: REPOSITORY, placement: { host: 'one', epoch: 1 } };
  const { worktree } = await one.prepareWorktree({ ...input, targetBranch: `${name}-task` });
  const merge = () => one.mergeTarget({ ...input, worktree, targetBranch: `${name}-base`, message: 'Merge' });
  const conflict = await merge();
  assert.ok(conflict.kind === 'conflict', `${name} is ${conflict.kind}`);
  let commits = 0;
  const commit = (...resolved: ResolvedConflict[]) => {
    commits += 1;
    return one.commitChange({ ...input, worktree, message: 'Settle', key: `k${commits}`, resolved });
  };
  const here = (path: string) => join(worktree, path);
  const text = (path: string) => readFileSync(here(path), 'utf8');
  /** A turn of the Worker ends, its host is lost, and the task goes on elsewhere. */
  const goOnElsewhere = async () => {
    await one.checkpoint({ ...input, worktree, agentId: 'a', turn: 1 });
    const at = { ...input, placement: { host: 'two', epoch: 2 } };
    const two = stage.host('two');
    const there = await two.prepareWorktree({ ...at, targetBranch: `${name}-base` });
    const commitThere = () =>
      two.commitChange({ ...at, worktree: there.worktree, message: 'Settle', key: 'elsewhere' });
    return { worktree: there.worktree, git: repositoryAt(there.worktree).git, commit: commitThere, task, base };
  };
  const git = repositoryAt(worktree).git;
  /** Where git keeps account of the worktree. */
  const admin = adminDir({ gitDir: clonePath(stage.stateDir, 'one', REPOSITORY) }, 'conflicts', worktree);
  return { admin, worktree, git, conflict, merge, commit, here, text, task, base, goOnElsewhere };
}
export type Met = Pick<Awaited<ReturnType<typeof meet>>, 'commit' | 'git' | 'task' | 'base'>;

/** Untouched it comes back with path, kind and remedy. */
export async function refused(
  { commit }: Met,
  path: string,
  kind: ConflictKind,
  problem: RegExp,
  ...resolved: ResolvedConflict[]
) {
  const { unresolved, changed } = await commit(...resolved);
  assert.deepEqual([changed, unresolved.map((each) => [each.path, each.kind])], [false, [[path, kind]]]);
  assert.match(unresolved[0]?.problem ?? '', problem);
}

/** The merge commit has both parents and is what lies in the worktree. */
export async function merged({ commit, git, task, base }: Met, ...resolved: ResolvedConflict[]): Promise<string> {
  const { unresolved, headSha } = await commit(...resolved);
  assert.deepEqual(unresolved, []);
  assert.equal(await git('rev-parse', `${headSha}^1`, `${headSha}^2`), `${task}\n${base}`);
  assert.equal(await git('status', '--porcelain', '--ignore-submodules=all'), '');
  return headSha;
}

export const keep = (path: string, side: ResolvedConflict['keep']): ResolvedConflict => ({
  path,
  keep: side,
  because: 'it is right',
});
export const write =
  (files: Record<string, string>): Change =>
  (at) =>
    writeFiles(at(''), files);
export const remove =
  (path: string): Change =>
  (at) =>
    rmSync(at(path), { recursive: true });
export const rename =
  (from: string, to: string): Change =>
  (at) =>
    renameSync(at(from), at(to));
export const both =
  (...changes: Change[]): Change =>
  async (at, git) => {
    for (const change of changes) await change(at, git);
  };
