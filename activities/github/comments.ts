/** What the factory says on a pull request: comments, and reviews, which are comments with a commit status for the verdict. */
import { isGitHubFailure } from '../../clients/github/failures.ts';
import { REVIEW_STATUS } from '../../workflows/contract/pull-request.ts';
import type { Review } from '../forge/forge.ts';
import { hasMarker, marked } from './hidden-marker.ts';
import type { GitHubRepo } from './repo.ts';

export interface Writer {
  readonly login: string;
  readonly type: string;
}

export interface IssueComment {
  readonly id: number;
  readonly user: Writer | null;
  readonly body: string | null;
  readonly created_at: string;
}

export interface GivenReview {
  readonly id: number;
  readonly user: Writer | null;
  readonly body: string | null;
  readonly state: string;
  readonly commit_id: string | null;
  readonly submitted_at: string;
}

/** Only what our own login wrote counts as said by us: a stranger could copy the hidden line. */
export const isBy = (user: Writer | null, login: string | undefined): boolean =>
  login === undefined ? user?.type === 'Bot' : user?.login === login;

/** Whether we said this before. */
export const hasSaid = (
  all: readonly { readonly user: Writer | null; readonly body: string | null }[],
  login: string | undefined,
  kind: string,
  key: string,
): boolean => all.some((one) => isBy(one.user, login) && hasMarker(one.body, kind, key));

/** Comments once a key. Idempotent: looks for the key's hidden line first. */
export async function comment(
  repo: GitHubRepo,
  input: { number: number; kind: string; key: string; body: string },
): Promise<void> {
  const { number, kind, key, body } = input;
  const path = `${repo.at}/issues/${number}/comments`;
  const [login, there] = await Promise.all([repo.login(), repo.list<IssueComment>({ path })]);
  if (hasSaid(there, login, kind, key)) return;
  await repo.call({ method: 'POST', path, body: { body: marked(body, kind, key) } });
}

/** Reviews once a key: a comment review with notes at their lines, then the verdict as a status of the commit. */
export async function review(
  repo: GitHubRepo,
  input: { number: number; key: string; headSha: string; review: Review },
): Promise<void> {
  const { number, key, headSha, review } = input;
  const path = `${repo.at}/pulls/${number}/reviews`;
  const [login, there] = await Promise.all([repo.login(), repo.list<GivenReview>({ path })]);
  const kind = `review-${review.verdict}`;
  if (!hasSaid(there, login, kind, key)) {
    await writeReview(repo, path, { ...input, kind });
  }
  const isApproved = review.verdict === 'approve';
  const description = (isApproved ? 'Approved: ' : 'Changes requested: ') + (review.summary.split('\n')[0] ?? '');
  await repo.call({
    method: 'POST',
    path: `${repo.at}/statuses/${headSha}`,
    body: {
      context: REVIEW_STATUS,
      state: isApproved ? 'success' : 'failure',
      // GitHub takes 140 characters.
      description: description.slice(0, 140),
    },
  });
}

const VERDICTS = { approve: 'Approved', request_changes: 'Changes requested', comment: 'Comments' } as const;

async function writeReview(
  repo: GitHubRepo,
  path: string,
  input: { kind: string; key: string; headSha: string; review: Review },
): Promise<void> {
  const { kind, key, headSha, review } = input;
  const notes = review.comments.filter((note) => note.line !== undefined);
  const rest = review.comments.filter((note) => note.line === undefined);
  const write = (inText: Review['comments'], atLines: Review['comments']) => {
    const lines = inText.map(
      ({ path: file, line, body }) => `- \`${file}${line === undefined ? '' : `:${line}`}\`: ${body}`,
    );
    const text = [`**${VERDICTS[review.verdict]}** by the factory’s reviewer.`, review.summary, lines.join('\n')];
    return repo.call({
      method: 'POST',
      path,
      body: {
        commit_id: headSha,
        event: 'COMMENT',
        body: marked(text.filter(Boolean).join('\n\n'), kind, key),
        comments: atLines.map(({ path: file, line, body }) => ({ path: file, line, side: 'RIGHT', body })),
      },
    });
  };
  try {
    await write(rest, notes);
  } catch (error) {
    // GitHub takes no note at a line that the pull request does not show; the text takes them all.
    if (!isGitHubFailure(error, 'line-not-in-diff')) throw error;
    await write(review.comments, []);
  }
}
