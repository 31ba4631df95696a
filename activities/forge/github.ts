/** The forge on GitHub: branches and pull requests of the repository that is the origin of the configured one. */
import { finalFailure } from '../../clients/failures.ts';
import { chainsOf, parseBranch } from '../../clients/git/names.ts';
import { isGitHubFailure } from '../../clients/github/failures.ts';
import type { Urgency } from '../../clients/github/gh.ts';
import { taskId } from '../../workflows/contract/ids.ts';
import * as branches from '../github/branches.ts';
import { createChecks } from '../github/checks.ts';
import * as comments from '../github/comments.ts';
import { answer, createPermissions, readFeedback } from '../github/feedback.ts';
import { merge } from '../github/merge.ts';
import * as pullRequests from '../github/pull-requests.ts';
import { createReadSaid } from '../github/read-comments.ts';
import { removeRefs } from '../github/refs.ts';
import type { GitHubRepo, RepoOf } from '../github/repo.ts';
import { rerunChecks } from '../github/rerun-checks.ts';
import type { Forge, ForgePullRequest } from './forge.ts';

export interface GitHubForgeOptions {
  readonly repoOf: RepoOf;
  /** Whose approval on GitHub counts as one of the merge. */
  readonly approvers: readonly string[];
  /** How long a set of checks must have been as it is. */
  readonly settleSeconds: number;
  /** News of checks come by themselves. */
  readonly hasWebhooks: boolean;
  /** Where a person can look at an epic or task. */
  readonly apiUrl?: string | undefined;
  /** What the work of an epic, or of one of its tasks, has cost so far. */
  readonly costOf?: (epicId: string, taskKey: string | undefined) => Promise<number>;
}

export function createGitHubForge(options: GitHubForgeOptions): Forge {
  const { repoOf, approvers } = options;
  const readChecks = createChecks(options);
  const mayPush = createPermissions();
  const readSaid = createReadSaid();

  async function whole(
    repo: GitHubRepo,
    pullRequest: pullRequests.WholePullRequest,
    urgency: Urgency,
  ): Promise<ForgePullRequest> {
    const [login, said] = await Promise.all([repo.login(), readSaid(repo, pullRequest, urgency)]);
    return {
      ...pullRequests.toView(pullRequest),
      feedback: await readFeedback(said, { login, approvers, mayPush: (who) => mayPush(repo, who, urgency) }),
    };
  }

  return {
    kind: 'github',

    async openRepository({ repository, baseBranch }, signal) {
      const repo = await repoOf(repository, signal);
      const facts = await readRepository(repo, signal);
      const { owner, name, hostname } = repo.origin;
      if (facts.archived) {
        throw finalFailure('RepositoryArchived', `${owner}/${name} on ${hostname} is archived; unarchive it`);
      }
      const branch = baseBranch ?? facts.default_branch;
      const headSha = await branches.needBranch(repo, branch, signal);
      await branches.refuseTakenName(repo, signal);
      await branches.refuseLfs(repo, headSha, signal);
      return { baseBranch: branch, headSha };
    },

    readFiles: async ({ repository, commit, paths }, signal) =>
      await branches.readFiles(await repoOf(repository, signal), commit, paths, signal),

    listPaths: async ({ repository, commit }, signal) =>
      await branches.listPaths(await repoOf(repository, signal), commit, signal),

    ensureBranch: async ({ repository, branch, from }, signal) =>
      await branches.ensureBranch(await repoOf(repository, signal), branch, from, signal),

    /** Nothing happens to a base branch outside of GitHub. */
    async updateBase({ repository, baseBranch: branch, known }, signal) {
      const repo = await repoOf(repository, signal);
      const headSha = await branches.needBranch(repo, branch, signal);
      if (known !== undefined) await branches.refuseRewritten(repo, { branch, sha: known }, headSha, signal);
      return { kind: 'unchanged', headSha };
    },

    async findPullRequest({ repository, head }, signal) {
      const repo = await repoOf(repository, signal);
      const found = await pullRequests.findPullRequest(repo, { head }, signal);
      return found === undefined ? undefined : pullRequests.toView(found);
    },

    async createPullRequest({ repository, ...input }, signal) {
      const repo = await repoOf(repository, signal);
      const body = await withOrigin(options, input);
      return pullRequests.toView(await pullRequests.ensurePullRequest(repo, { ...input, body }, signal));
    },

    async describe({ repository, number, body }, signal) {
      const bodyFor = (head: string) => withOrigin(options, { head, body });
      await pullRequests.describe(await repoOf(repository, signal), { number, bodyFor }, signal);
    },

    async readPullRequest({ repository, number, isUrgent = false }, signal) {
      const repo = await repoOf(repository, signal);
      const urgency = { isUrgent, signal };
      return await whole(repo, await pullRequests.readPullRequest(repo, number, urgency), urgency);
    },

    review: async ({ repository, ...input }) => await comments.review(await repoOf(repository), input),

    comment: async ({ repository, ...input }) =>
      await comments.comment(await repoOf(repository), { ...input, kind: 'comment' }),

    readChecks: async ({ repository, isUrgent = false, ...input }, signal) =>
      await readChecks(await repoOf(repository, signal), input, { isUrgent, signal }),

    rerunChecks: async ({ repository, headSha, required }, signal) =>
      await rerunChecks(await repoOf(repository, signal), { headSha, required }, signal),

    answer: async ({ repository, ...input }) => await answer(await repoOf(repository), input),

    merge: async ({ repository, number, ...wanted }, signal) =>
      await merge(await repoOf(repository, signal), number, wanted, signal),

    async close({ repository, number }) {
      const repo = await repoOf(repository);
      const { state } = await pullRequests.readPullRequest(repo, number);
      const path = `${repo.at}/pulls/${number}`;
      if (state === 'open') await repo.call({ method: 'PATCH', path, body: { state: 'closed' } });
    },

    removeCheckpoints: async ({ repository, epicId }, signal) =>
      await removeRefs(await repoOf(repository, signal), chainsOf(epicId), signal),

    /** A merge on GitHub is delivered already; this only makes sure that the base branch holds it. */
    async deliver({ repository, baseBranch: branch, mergedSha: sha }, signal) {
      await branches.needMerge(await repoOf(repository, signal), { branch, sha }, signal);
      return { delivered: branch };
    },
  };
}

async function readRepository(repo: GitHubRepo, signal?: AbortSignal) {
  try {
    return await repo.readFacts(signal);
  } catch (error) {
    if (!isGitHubFailure(error, 'not-found')) throw error;
    const { owner, name, hostname } = repo.origin;
    throw finalFailure(
      'RepositoryMissing',
      `${hostname} has no repository ${owner}/${name}, or the factory's login may not see it; gh repo view ${owner}/${name} tells`,
      { cause: error },
    );
  }
}

/** The text with where it comes from and what it cost, for whoever reviews it. */
async function withOrigin({ apiUrl, costOf }: GitHubForgeOptions, { head, body }: { head: string; body: string }) {
  const branch = parseBranch(head);
  if (branch === undefined) return body;
  const { epicId, taskKey } = branch;
  const id = taskKey === undefined ? epicId : taskId(epicId, taskKey);
  const path = taskKey === undefined ? `epics/${epicId}` : `tasks/${id}`;
  const link = apiUrl === undefined ? `\`${id}\`` : `[\`${id}\`](${apiUrl}/${path})`;
  const cost = costOf === undefined ? '' : ` It has cost $${(await costOf(epicId, taskKey)).toFixed(2)} so far.`;
  return `${body}\n\n---\nMade by FactoryFactory: ${taskKey === undefined ? 'epic' : 'task'} ${link}.${cost}`;
}
