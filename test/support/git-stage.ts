/** A source repository, the local forge's mirror of it, and hosts that work on it: what tests of git activities stand on. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openMirror } from '../../activities/forge/mirror.ts';
import { createBranchActivities } from '../../activities/worktree/branch.ts';
import { createByHandActivities } from '../../activities/worktree/by-hand.ts';
import { createCheckpointActivities } from '../../activities/worktree/checkpoint.ts';
import { createMergeActivities } from '../../activities/worktree/merge-target.ts';
import { createRewindActivities } from '../../activities/worktree/rewind.ts';
import { createTakeOverActivities } from '../../activities/worktree/take-over-epic.ts';
import { createWorktreeActivities } from '../../activities/worktree/worktree.ts';
import { mirrorPath } from '../../clients/git/names.ts';
import type { GitHost } from '../../clients/git/repository.ts';
import { MockActivityEnvironment } from './activity-environment.ts';
import { createFolder, createRepository, type Files, type Repository, repositoryAt } from './git.ts';

export const REPOSITORY = 'example';

/** For a forge without a line and without screens. */
export const toNobody = { leaveTurn: async () => {}, showEnd: async () => {} };

export interface GitStage {
  readonly stateDir: string;
  readonly source: Repository;
  readonly mirror: Repository;
  hostOf(name: string, options?: Partial<GitHost>): GitHost;
  /** The git activities of a host, each run in an activity's context. */
  host(name: string, options?: Partial<GitHost>): HostActivities;
  /** Options for a host that reaches the forge by fetch and push alone, as from another machine. */
  readonly byTransfer: Pick<GitHost, 'remoteOf'>;
  /** Somebody else's commit on a branch of the forge; returns it. */
  advance(branch: string, files: Files, from?: string): Promise<string>;
  remove(): Promise<void>;
}

type Activities = ReturnType<typeof createWorktreeActivities> &
  ReturnType<typeof createCheckpointActivities> &
  ReturnType<typeof createRewindActivities> &
  ReturnType<typeof createBranchActivities> &
  ReturnType<typeof createByHandActivities> &
  ReturnType<typeof createTakeOverActivities> &
  ReturnType<typeof createMergeActivities>;
export type HostActivities = Activities;

export async function createGitStage(options: { files?: Files; bare?: boolean } = {}): Promise<GitStage> {
  const folder = await createFolder('git-stage');
  const source = await createRepository(options);
  const stateDir = join(folder.path, 'state');
  const path = mirrorPath(stateDir, REPOSITORY);
  await openMirror(path, { path: source.path });
  const hostOf = (name: string, more: Partial<GitHost> = {}): GitHost => ({
    ...{ stateDir, host: name, remoteOf: () => path },
    ...more,
  });
  const host: GitStage['host'] = (name, more) => inContext(activitiesOf(hostOf(name, more)));
  return {
    stateDir,
    source,
    mirror: repositoryAt(path),
    hostOf,
    host,
    byTransfer: { remoteOf: () => pathToFileURL(path).href },
    async advance(branch, files, from = branch) {
      const at = { epicId: 'others', name: 'w', repository: REPOSITORY, placement: { host: 'other', epoch: 1 } };
      const { worktree } = await host('other').prepareDetached({ ...at, commit: from });
      const sha = await repositoryAt(worktree).commit('Somebody else', files);
      await repositoryAt(worktree).git('push', '--quiet', path, `${sha}:refs/heads/${branch}`);
      return sha;
    },
    async remove() {
      await Promise.all([folder.remove(), source.remove()]);
    },
  };
}

const activitiesOf = (host: GitHost): Activities => ({
  ...createWorktreeActivities(host),
  ...createCheckpointActivities({ host, note: async () => {} }),
  ...createRewindActivities(host),
  ...createBranchActivities(host),
  ...createByHandActivities(host),
  ...createTakeOverActivities(host),
  ...createMergeActivities(host),
});

/** Tasks of an epic, as activities are asked about them. */
export const tasksOf =
  (epicId: string) =>
  (taskKey: string, { host = 'one', epoch = 1, targetBranch = 'main' } = {}) => ({
    ...{ epicId, taskKey, repository: REPOSITORY, targetBranch, placement: { host, epoch } },
  });

interface EpicOnStage {
  readonly epicId: string;
  /** The commit that its tasks begin with. */
  readonly base: string;
  readonly host: GitStage['host'];
}

/** Begins tasks of an epic whose base is known. */
export function beginsTasks({ epicId, base, host: on }: EpicOnStage) {
  const task = (taskKey: string, at = { host: 'one', epoch: 1 }) => ({
    ...tasksOf(epicId)(taskKey, at),
    base: { branch: 'main', sha: base },
  });
  /** A task with its worktree on a host. */
  const begin = async (taskKey: string, at = { host: 'one', epoch: 1 }) => {
    const host = on(at.host);
    const prepared = await host.prepareWorktree(task(taskKey, at));
    const place = { ...task(taskKey, at), worktree: prepared.worktree };
    let commits = 0;
    const commit = (fields = {}) =>
      host.commitChange({ ...place, message: 'Work', key: `${taskKey}-${at.epoch}-${++commits}`, ...fields });
    return { host, place, commit, git: repositoryAt(prepared.worktree), ...prepared };
  };
  return { task, begin };
}

/** Each call gets an activity context of its own, as a worker process would give it. */
export function inContext<T extends object>(activities: T): T {
  const entries = Object.entries(activities).map(([name, activity]) => [
    name,
    (input: unknown) => new MockActivityEnvironment({}).run(activity, input),
  ]);
  return Object.fromEntries(entries) as T;
}

/** For assert.rejects: a failure of our vocabulary, final or not. */
export const failsAs =
  (type: string, { final = true, message = /./ }: { final?: boolean; message?: RegExp } = {}) =>
  (error: unknown): boolean => {
    const facts = error as { type?: string; nonRetryable?: boolean; message?: string };
    if (facts.type === type && facts.nonRetryable === final && message.test(facts.message ?? '')) return true;
    throw new Error(`expected ${final ? 'final ' : ''}${type} ${message}, got ${facts.type} (${facts.message})`, {
      cause: error,
    });
  };
