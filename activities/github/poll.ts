/** One list of pull requests a repository and interval; whoever owns one that changed is told to look. */
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Database } from '../../db/connection.ts';
import { readForgePoll } from '../../db/reads/forge-polls.ts';
import { writeForgePoll } from '../../db/writes/forge-polls.ts';
import { ownerOfBranch } from '../../workflows/contract/ids.ts';
import { pullRequestChangedSignal } from '../../workflows/contract/pull-request.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { isFromHere, type PullRequest } from './pull-requests.ts';
import type { GitHubRepo, RepoOf } from './repo.ts';

export interface PollDependencies {
  readonly db: Database;
  readonly temporal: Client;
  /** Undefined with a forge that needs no looks. */
  readonly repoOf: RepoOf | undefined;
  readonly repositories: readonly string[];
  /** Where webhooks bring the news, the list is only a net under them. */
  readonly hasWebhooks: boolean;
}

/** The Schedule runs each minute; a repository is asked when this has passed since. */
const EVERY_SECONDS = { withWebhooks: 600, without: 60 } as const;
/** Less than a minute, so that a Schedule that is a little early does not skip a turn. */
const EARLY_SECONDS = 10;
const PAGE = 100;

export function createPollForge({ db, temporal, repoOf, repositories, hasWebhooks }: PollDependencies) {
  const every = hasWebhooks ? EVERY_SECONDS.withWebhooks : EVERY_SECONDS.without;

  return {
    /**
     * Lists the open pull requests of each repository, at most once an interval, and tells the workflows of those that
     * changed, or are gone, since the last list. It fails when none could be listed.
     * Idempotent: a word too many only makes somebody look; what was seen is written after all were told.
     * Fails: NotAuthenticated, RepositoryMissing (final); ForgeUnavailable, RateLimited (retried).
     * Runs on: factory.
     */
    pollForge: (_: Readonly<Record<string, never>>): Promise<{ told: number }> =>
      withHeartbeat(async (signal) => {
        let told = 0;
        if (repoOf === undefined) return { told };
        const failures: unknown[] = [];
        let listed = 0;
        for (const repository of repositories) {
          try {
            const last = await readForgePoll(db, repository);
            if (last !== undefined && last.ageSeconds < every - EARLY_SECONDS) continue;
            told += await look(repository, await repoOf(repository, signal), last, signal);
            listed += 1;
          } catch (error) {
            signal.throwIfAborted();
            Context.current().log.warn(`The pull requests of ${repository} cannot be listed`, { error });
            failures.push(error);
          }
        }
        // One that cannot be listed keeps the others' news from nobody; the next run asks again.
        if (failures.length > 0 && listed === 0) throw failures[0];
        return { told };
      }),
  };

  async function look(
    repository: string,
    repo: GitHubRepo,
    last: Awaited<ReturnType<typeof readForgePoll>>,
    signal: AbortSignal,
  ): Promise<number> {
    const listed = await listOpen(repo, last?.etag, signal);
    if (listed === undefined) {
      await writeForgePoll(db, { repository, etag: last?.etag, seen: last?.seen ?? {} });
      return 0;
    }
    const seen = Object.fromEntries(
      listed.pullRequests.map(({ head, base, number, updated_at }) => [
        head.ref,
        { number, mark: [updated_at, head.sha, base.sha].join(' ') },
      ]),
    );
    const before = last?.seen ?? {};
    const heads = new Set([...Object.keys(seen), ...Object.keys(before)]);
    const changed = [...heads].filter((head) => seen[head]?.mark !== before[head]?.mark);
    for (const head of changed) await tell(head, (seen[head] ?? before[head])?.number ?? 0);
    await writeForgePoll(db, { repository, etag: listed.etag, seen });
    return changed.length;
  }

  async function tell(head: string, number: number): Promise<void> {
    const owner = ownerOfBranch(head);
    if (owner === undefined) return;
    try {
      await temporal.workflow.getHandle(owner).signal(pullRequestChangedSignal, { number });
    } catch (error) {
      // Nobody is there any more, or never was.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
}

/** The factory's open pull requests; undefined when nothing changed since the list of that ETag. */
async function listOpen(repo: GitHubRepo, etag: string | undefined, signal: AbortSignal) {
  const path = `${repo.at}/pulls`;
  const query = { state: 'open', sort: 'updated', direction: 'desc', per_page: PAGE, page: 1 };
  const first = await repo.call<PullRequest[]>({ path, query, etag, signal });
  if (first.status === 304) return undefined;
  const all = [...first.body];
  for (let page = 2; all.length === (page - 1) * PAGE; page++) {
    all.push(...(await repo.call<PullRequest[]>({ path, query: { ...query, page }, signal })).body);
  }
  const pullRequests = all.filter((one) => isFromHere(one) && ownerOfBranch(one.head.ref) !== undefined);
  return { pullRequests, etag: first.headers.get('etag') ?? undefined };
}
