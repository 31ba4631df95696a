/** All that was said on a pull request, read again only when GitHub says that something changed there. */
import type { Urgency } from '../../clients/github/gh.ts';
import type { GivenReview, IssueComment } from './comments.ts';
import type { WholePullRequest } from './pull-requests.ts';
import type { GitHubRepo } from './repo.ts';

/** A note at a line, of a review or in answer to one. */
export interface Note extends IssueComment {
  readonly path: string;
  readonly line: number | null;
  readonly original_line?: number | null;
  readonly commit_id: string | null;
  readonly pull_request_review_id: number | null;
  readonly in_reply_to_id?: number;
}

export interface Said {
  readonly reviews: readonly GivenReview[];
  readonly notes: readonly Note[];
  readonly comments: readonly IssueComment[];
}

/** GitHub tells times by the second: what was said in the second of the look may be missing in it. */
const SURELY_OVER_MS = 5_000;
const MOST_KEPT = 500;

export function createReadSaid() {
  const known = new Map<string, { readonly mark: string; readonly said: Said }>();

  return async function readSaid(repo: GitHubRepo, pullRequest: WholePullRequest, urgency: Urgency) {
    const { number, updated_at, comments, review_comments, asOf } = pullRequest;
    const key = `${repo.hostname} ${repo.at} ${number}`;
    const mark = [updated_at, comments, review_comments].join(' ');
    const kept = known.get(key);
    if (kept?.mark === mark) return kept.said;
    const said = await readAll(repo, number, urgency);
    const [oldest] = known.size < MOST_KEPT ? [] : known.keys();
    if (oldest !== undefined) known.delete(oldest);
    if (asOf - Date.parse(updated_at) > SURELY_OVER_MS) known.set(key, { mark, said });
    return said;
  };
}

async function readAll(repo: GitHubRepo, number: number, urgency: Urgency): Promise<Said> {
  const [reviews, notes, comments] = await Promise.all([
    repo.list<GivenReview>({ path: `${repo.at}/pulls/${number}/reviews`, ...urgency }),
    repo.list<Note>({ path: `${repo.at}/pulls/${number}/comments`, ...urgency }),
    repo.list<IssueComment>({ path: `${repo.at}/issues/${number}/comments`, ...urgency }),
  ]);
  return { reviews, notes, comments };
}
