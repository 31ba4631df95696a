/** Pull requests on GitHub: found before they are made, so that a head branch has one, ever. */
import { isGitHubFailure } from '../../clients/github/failures.ts';
import type { Urgency } from '../../clients/github/gh.ts';
import type { PullRequestView } from '../../workflows/contract/pull-request.ts';
import type { NewPullRequest } from '../forge/forge.ts';
import { isUntouched, ownBody } from './pull-request-text.ts';
import type { GitHubRepo } from './repo.ts';

/** What we read of GitHub's own shape. */
export interface PullRequest {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body: string | null;
  readonly state: 'open' | 'closed';
  readonly merged_at: string | null;
  readonly merge_commit_sha: string | null;
  readonly updated_at: string;
  /** Of a fork, which may be gone, or of the repository itself. */
  readonly head: { readonly ref: string; readonly sha: string; readonly repo: { readonly full_name: string } | null };
  readonly base: { readonly ref: string; readonly sha: string; readonly repo: { readonly full_name: string } };
  readonly labels: readonly { readonly name: string }[];
}

/** With what only a single one tells. */
export interface WholePullRequest extends PullRequest {
  /** Null until GitHub has tried. */
  readonly mergeable: boolean | null;
  /** Why not, among others `blocked` and `behind` by a rule. */
  readonly mergeable_state: string;
  readonly comments: number;
  readonly review_comments: number;
  /** When GitHub answered, by its own clock, in milliseconds. */
  readonly asOf: number;
}

export const LABEL = 'factory';

/** Whether its head is a branch of the repository itself: anybody may give one of a fork the name of one of ours. */
export const isFromHere = ({ head, base }: PullRequest): boolean => head.repo?.full_name === base.repo.full_name;

export function toView(pullRequest: PullRequest): PullRequestView {
  const { number, title, head, base, merged_at, merge_commit_sha } = pullRequest;
  return {
    number,
    title,
    url: pullRequest.html_url,
    head: head.ref,
    base: base.ref,
    headSha: head.sha,
    state: merged_at === null ? pullRequest.state : 'merged',
    ...(merged_at === null || merge_commit_sha === null ? {} : { mergedSha: merge_commit_sha }),
  };
}

export async function readPullRequest(
  repo: GitHubRepo,
  number: number,
  urgency: Urgency = {},
): Promise<WholePullRequest> {
  const path = `${repo.at}/pulls/${number}`;
  const { body, headers } = await repo.call<Omit<WholePullRequest, 'asOf'>>({ path, ...urgency });
  return { ...body, asOf: Date.parse(headers.get('date') ?? '') || 0 };
}

interface Wanted {
  readonly head: string;
  readonly base?: string;
  readonly known?: number | undefined;
}

/**
 * Finds the pull request of a branch. Of several that people made by hand, the known one unless it was closed, else an
 * open one into the base, else the known one, else any open one, else a merged one, else the newest.
 */
export async function findPullRequest(
  repo: GitHubRepo,
  { head, base, known }: Wanted,
  signal?: AbortSignal,
): Promise<PullRequest | undefined> {
  const query = { head: `${repo.origin.owner}:${head}`, state: 'all', sort: 'created', direction: 'desc' };
  const { body } = await repo.call<PullRequest[]>({ path: `${repo.at}/pulls`, query, signal });
  // An organisation can have a fork of its own repository.
  const ours = body.filter(isFromHere);
  return (
    ours.find((one) => one.number === known && !isClosed(one)) ??
    ours.find((one) => isOpen(one) && one.base.ref === base) ??
    ours.find(({ number }) => number === known) ??
    ours.find(isOpen) ??
    ours.find(({ merged_at }) => merged_at !== null) ??
    ours[0]
  );
}

const isOpen = ({ state }: PullRequest): boolean => state === 'open';
const isClosed = ({ state, merged_at }: PullRequest): boolean => state === 'closed' && merged_at === null;

/**
 * Opens a pull request; the one that the head has wins: opened again if it was closed and the input says so, with the new
 * text while nobody else changed that, and as it is if it was merged.
 * Killed between the two, the next call finds what this one made; a create that lost the race reads the winner's.
 */
export async function ensurePullRequest(
  repo: GitHubRepo,
  input: Omit<NewPullRequest, 'repository'>,
  signal?: AbortSignal,
): Promise<PullRequest> {
  const { head, base, title, known, reopens = false } = input;
  const body = ownBody(input.body);
  const existing = await findPullRequest(repo, { head, base, known }, signal);
  if (existing !== undefined && isClosed(existing) && !reopens) return existing;
  const pullRequest =
    existing === undefined
      ? await create(repo, { head, base, title, body }, signal)
      : await renew(repo, existing, body, signal);
  // GitHub makes a label that there is not.
  if (!pullRequest.labels.some(({ name }) => name === LABEL)) {
    const path = `${repo.at}/issues/${pullRequest.number}/labels`;
    await repo.call({ method: 'POST', path, body: { labels: [LABEL] }, signal });
  }
  return pullRequest;
}

/** Open, and with a text that says what is true now, unless a person wrote another. */
async function renew(
  repo: GitHubRepo,
  existing: PullRequest,
  body: string,
  signal?: AbortSignal,
): Promise<PullRequest> {
  if (existing.merged_at !== null) return existing;
  const change = {
    ...(isOpen(existing) ? {} : { state: 'open' }),
    ...(existing.body !== body && isUntouched(existing.body) ? { body } : {}),
  };
  if (Object.keys(change).length === 0) return existing;
  const path = `${repo.at}/pulls/${existing.number}`;
  return (await repo.call<PullRequest>({ method: 'PATCH', path, body: change, signal })).body;
}

/** Renews the text alone, so that a pull request that was closed meanwhile stays closed. `bodyFor` gets its head branch. */
export async function describe(
  repo: GitHubRepo,
  { number, bodyFor }: { readonly number: number; readonly bodyFor: (head: string) => Promise<string> },
  signal?: AbortSignal,
): Promise<void> {
  const existing = await readPullRequest(repo, number, { signal });
  if (existing.merged_at !== null || !isUntouched(existing.body)) return;
  const body = ownBody(await bodyFor(existing.head.ref));
  if (existing.body === body) return;
  await repo.call({ method: 'PATCH', path: `${repo.at}/pulls/${number}`, body: { body }, signal });
}

async function create(
  repo: GitHubRepo,
  body: Readonly<Record<'head' | 'base' | 'title' | 'body', string>>,
  signal?: AbortSignal,
): Promise<PullRequest> {
  try {
    return (await repo.call<PullRequest>({ method: 'POST', path: `${repo.at}/pulls`, body, signal })).body;
  } catch (error) {
    if (!isGitHubFailure(error, 'pull-request-exists')) throw error;
    // Heads are found by the repository's owner, which may be another one now.
    await repo.readFacts(signal);
    const winner = await findPullRequest(repo, body, signal);
    if (winner === undefined) throw error;
    return winner;
  }
}
