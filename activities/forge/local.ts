/** The local forge: branches in a bare mirror, pull requests in PostgreSQL. Git has the last word on what is merged. */
import { stat } from 'node:fs/promises';
import { finalFailure } from '../../clients/failures.ts';
import { isAncestor } from '../../clients/git/ancestry.ts';
import { refuseRewritten } from '../../clients/git/base-branch.ts';
import { listPaths, readFiles } from '../../clients/git/contents.ts';
import type { Author, GitRepo } from '../../clients/git/git.ts';
import { chainsOf, mirrorPath, parseBranch } from '../../clients/git/names.ts';
import { readCommit, readRefs, removeRefs } from '../../clients/git/refs.ts';
import type { Database } from '../../db/connection.ts';
import { findPullRequestByHead, findPullRequestByNumber, type PullRequestRow } from '../../db/reads/forge.ts';
import * as write from '../../db/writes/forge.ts';
import { taskId } from '../../workflows/contract/ids.ts';
import type { PullRequestView } from '../../workflows/contract/pull-request.ts';
import { copyFromSource, copyToSource, examineLfs } from '../lfs/source.ts';
import { examineSource } from './examine-source.ts';
import type { Forge } from './forge.ts';
import * as mirrors from './mirror.ts';
import { deliver, type Source, sourceRef } from './source.ts';

export interface LocalForgeOptions {
  readonly db: Database;
  readonly stateDir: string;
  /** The configured repositories by name. */
  readonly repositories: Readonly<Record<string, Source>>;
  /** Where a person can look at an epic or task. */
  readonly apiUrl?: string | undefined;
  readonly author?: Author | undefined;
}

/** What host clones fetch from and push to. */
export const localRemote = (stateDir: string) => (repository: string) => mirrorPath(stateDir, repository);

export function createLocalForge(options: LocalForgeOptions): Forge {
  const { db, stateDir, repositories, author } = options;

  function sourceOf(repository: string): Source {
    const source = repositories[repository];
    if (source !== undefined) return source;
    const known = Object.keys(repositories).join(', ') || 'none';
    throw finalFailure('RepositoryMissing', `No repository is called "${repository}"; configured: ${known}`);
  }

  const open = (repository: string, signal?: AbortSignal): Promise<GitRepo> =>
    mirrors.openMirror(mirrorPath(stateDir, repository), sourceOf(repository), signal);

  async function need(key: { repository: string; number: number }): Promise<PullRequestRow> {
    const row = await findPullRequestByNumber(db, key);
    if (row !== undefined) return row;
    throw finalFailure('NotFound', `${key.repository} has no pull request ${key.number}`);
  }

  /** The row as git has it now. */
  async function view(row: PullRequestRow, signal?: AbortSignal): Promise<PullRequestView> {
    const now = row.state === 'merged' ? row : await renew(row, signal);
    const { number, title, head, base, head_sha: headSha, merged_sha: mergedSha } = now;
    return {
      ...{ number, title, head, base, headSha, url: url(row) },
      state: now.state as PullRequestView['state'],
      ...(mergedSha === null ? {} : { mergedSha }),
    };
  }

  /** Notes where its head is, and a merge whose process died before it noted that. */
  async function renew(row: PullRequestRow, signal?: AbortSignal): Promise<PullRequestRow> {
    const mirror = await open(row.repository, signal);
    const [head, base] = [`refs/heads/${row.head}`, `refs/heads/${row.base}`];
    const refs = await readRefs(mirror, [head, base]);
    const [headSha, baseAt] = [refs.get(head)?.sha ?? row.head_sha, refs.get(base)];
    const mayBeMerged = row.state === 'open' && baseAt !== undefined;
    const merged = mayBeMerged ? await mirrors.findMerge(mirror, baseAt, headSha) : undefined;
    if (merged === undefined) {
      if (headSha !== row.head_sha) await write.noteHead(db, row, headSha);
      return { ...row, head_sha: headSha };
    }
    const { mergedSha } = merged;
    await write.noteMerge(db, row, { headSha, mergedSha });
    return { ...row, state: 'merged', head_sha: headSha, merged_sha: mergedSha };
  }

  function url(row: PullRequestRow): string {
    const branch = parseBranch(row.head);
    if (options.apiUrl === undefined || branch === undefined) return `local:${row.repository}#${row.number}`;
    const { epicId, taskKey } = branch;
    return `${options.apiUrl}/${taskKey === undefined ? `epics/${epicId}` : `tasks/${taskId(epicId, taskKey)}`}`;
  }

  return {
    kind: 'local',

    async openRepository({ repository, baseBranch }, signal) {
      const source = sourceOf(repository);
      const { repo, baseBranch: branch, headSha } = await examineSource(source, baseBranch, signal);
      const mirrorAt = mirrorPath(stateDir, repository);
      await examineLfs(repo, headSha, { path: source.path, repository, mirror: mirrorAt });
      const isNew = (await stat(mirrorAt).catch(() => undefined)) === undefined;
      const mirror = await open(repository, signal);
      // A base that cannot be merged now is met, and asked about, where the epic would be merged.
      if (!isNew) await mirrors.updateBase(mirror, source, { baseBranch: branch, author });
      const head = await mirrors.readBranch(mirror, branch);
      if (head === undefined) {
        throw finalFailure(
          'BaseBranchMissing',
          `${source.path} has no branch ${branch}; create it, or name another one`,
        );
      }
      if (isNew) {
        await copyFromSource(mirror, source.path, head.sha);
        await mirrors.noteSource(mirror, branch, head.sha);
      }
      return { baseBranch: branch, headSha: head.sha };
    },

    readFiles: async ({ repository, commit, paths }, signal) =>
      await readFiles(await open(repository, signal), commit, paths),

    listPaths: async ({ repository, commit }, signal) => await listPaths(await open(repository, signal), commit),

    ensureBranch: async ({ repository, branch, from }, signal) =>
      await mirrors.ensureBranch(await open(repository, signal), branch, from),

    async updateBase({ repository, baseBranch, known }, signal) {
      const mirror = await open(repository, signal);
      const update = await mirrors.updateBase(mirror, sourceOf(repository), { baseBranch, author });
      const { sha } = await mirrors.needBranch(mirror, baseBranch);
      if (known !== undefined) await refuseRewritten(mirror, { branch: baseBranch, sha: known }, sha);
      return update;
    },

    async findPullRequest(key, signal) {
      const row = await findPullRequestByHead(db, key);
      return row === undefined ? undefined : await view(row, signal);
    },

    async createPullRequest(input, signal) {
      const mirror = await open(input.repository, signal);
      await mirrors.needBranch(mirror, input.base);
      const { sha: headSha } = await mirrors.needBranch(mirror, input.head);
      for (;;) {
        await write.insertPullRequest(db, { ...input, headSha });
        const row = await findPullRequestByHead(db, input);
        if (row !== undefined) await write.writeBody(db, row, input.body);
        const isReopened = row?.state === 'closed' && input.reopens === true;
        if (isReopened) await write.reopenPullRequest(db, row);
        if (row !== undefined) return await view(isReopened ? { ...row, state: 'open' } : row, signal);
      }
    },

    describe: async ({ body, ...key }) => await write.writeBody(db, await need(key), body),

    // People speak to the epic itself.
    readPullRequest: async (key, signal) => ({ ...(await view(await need(key), signal)), feedback: [] }),

    async review({ repository, number, key, headSha, review }) {
      await need({ repository, number });
      await write.insertReview(db, { repository, number, key, headSha, ...review });
    },

    async comment(comment) {
      await need(comment);
      await write.insertComment(db, comment);
    },

    // Nothing runs checks here.
    async readChecks(key) {
      await need(key);
      return { state: 'none', pending: [], failed: [] };
    },

    async rerunChecks(key) {
      await need(key);
      return [];
    },

    answer: async (key) => void (await need(key)),

    async merge({ repository, number, ...wanted }, signal) {
      const row = await need({ repository, number });
      const mirror = await open(repository, signal);
      if (row.merged_sha !== null) {
        // New work on a branch that was merged before has no pull request that could bring it along.
        if (!(await isAncestor(mirror, wanted.expectedHeadSha, row.merged_sha))) {
          throw finalFailure(
            'MergedBefore',
            `Pull request ${number} of ${repository} was merged already without these commits: ` +
              `${row.merged_sha} does not hold ${wanted.expectedHeadSha}; bring them in by another task`,
          );
        }
        return { mergedSha: row.merged_sha, treeSha: (await readCommit(mirror, row.merged_sha)).tree };
      }
      if (row.state === 'closed') {
        throw finalFailure(
          'PullRequestClosed',
          `Pull request ${number} of ${repository} is closed; open it again first`,
        );
      }
      const { head, base } = row;
      // The source may have been rewritten while this was verified; then the base is not where it was expected.
      const isOurs = parseBranch(base) !== undefined;
      if (!isOurs) await mirrors.updateBase(mirror, sourceOf(repository), { baseBranch: base, author });
      const merged = await mirrors.mergeBranch(mirror, { ...wanted, head, base, author });
      await write.noteMerge(db, row, { headSha: wanted.expectedHeadSha, mergedSha: merged.mergedSha });
      return merged;
    },

    close: async (key) => await write.closePullRequest(db, await need(key)),

    removeCheckpoints: async ({ repository, epicId }, signal) =>
      await removeRefs(await open(repository, signal), chainsOf(epicId)),

    async deliver({ repository, epicId, baseBranch, mergedSha }, signal) {
      const [repo, source] = [await open(repository, signal), sourceOf(repository)];
      await mirrors.refuseDropped(repo, source, { baseBranch, mergedSha });
      const known = (await readRefs(repo, [sourceRef(baseBranch)])).get(sourceRef(baseBranch))?.sha;
      await copyToSource(repo, source.path, { commits: [mergedSha], known: [known] });
      return { delivered: await deliver(repo, source, { epicId, baseBranch, mergedSha }) };
    },
  };
}
