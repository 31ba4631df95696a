/** Writes of the local forge. Each may be repeated. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { json } from '../json.ts';
import type { Json } from '../schema.ts';

export interface PullRequestKey {
  readonly repository: string;
  readonly number: number;
}

export interface PullRequestInput {
  readonly repository: string;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly headSha: string;
}

/**
 * Gives the head branch a pull request with the repository's next number, unless it has one. False when it has, or when
 * another head took the number at the same moment: read, and if there is none, insert again.
 */
export async function insertPullRequest(db: Database, input: PullRequestInput): Promise<boolean> {
  const { repository, head, base, title, body, headSha } = input;
  const result = await sql`
    insert into forge_pull_requests (repository, number, head, base, title, body, head_sha)
    select ${repository}, coalesce(max(number), 0) + 1, ${head}, ${base}, ${title}, ${body}, ${headSha}
    from forge_pull_requests where repository = ${repository}
    on conflict do nothing`.execute(db);
  return result.numAffectedRows === 1n;
}

/** The text of what is not merged says what is true now. */
export async function writeBody(db: Database, key: PullRequestKey, body: string): Promise<void> {
  await updatePullRequest(db, key).set({ body }).where('state', '<>', 'merged').execute();
}

/** Opens a closed pull request again; a merged one stays merged. */
export async function reopenPullRequest(db: Database, key: PullRequestKey): Promise<void> {
  await updatePullRequest(db, key).set({ state: 'open' }).where('state', '=', 'closed').execute();
}

export async function closePullRequest(db: Database, key: PullRequestKey): Promise<void> {
  await updatePullRequest(db, key).set({ state: 'closed' }).where('state', '=', 'open').execute();
}

export async function noteHead(db: Database, key: PullRequestKey, headSha: string): Promise<void> {
  await updatePullRequest(db, key).set({ head_sha: headSha }).where('state', '<>', 'merged').execute();
}

/** Notes the merge that git has; the first one that was noted stays. */
export async function noteMerge(
  db: Database,
  key: PullRequestKey,
  merge: { headSha: string; mergedSha: string },
): Promise<void> {
  await updatePullRequest(db, key)
    .set({ state: 'merged', head_sha: merge.headSha, merged_sha: merge.mergedSha, merged_at: new Date() })
    .where('state', '<>', 'merged')
    .execute();
}

const updatePullRequest = (db: Database, key: PullRequestKey) =>
  db.updateTable('forge_pull_requests').where('repository', '=', key.repository).where('number', '=', key.number);

export interface ReviewInput extends PullRequestKey {
  readonly key: string;
  readonly headSha: string;
  readonly verdict: string;
  readonly summary: string;
  readonly comments: readonly unknown[];
}

/** The first review of a key stays. */
export async function insertReview(db: Database, review: ReviewInput): Promise<void> {
  const { repository, number, key, headSha, verdict, summary, comments } = review;
  await db
    .insertInto('forge_reviews')
    .values({
      repository,
      number,
      review_key: key,
      head_sha: headSha,
      verdict,
      summary,
      comments: json(comments as Json),
    })
    .onConflict((conflict) => conflict.columns(['repository', 'number', 'review_key']).doNothing())
    .execute();
}

/** The first comment of a key stays. */
export async function insertComment(
  db: Database,
  comment: PullRequestKey & { key: string; body: string },
): Promise<void> {
  const { repository, number, key, body } = comment;
  await db
    .insertInto('forge_comments')
    .values({ repository, number, comment_key: key, body })
    .onConflict((conflict) => conflict.columns(['repository', 'number', 'comment_key']).doNothing())
    .execute();
}
