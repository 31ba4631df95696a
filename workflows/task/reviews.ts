/** What reviews of a task found, for the Workers and reviewers that come after: no finding is lost, and none is judged by wear. */

import type { Review } from '../contract/agent.ts';
import type { Change } from '../contract/change.ts';
import { defined } from '../contract/optional-fields.ts';
import type { EarlierReview, Finding, PastReview } from '../contract/review.ts';
import { criteriaWords } from './criteria-words.ts';

const MOST_REVIEWS = 5;
const MOST_FINDINGS = 40;
const MOST_TEXT = 2_000;

/** All reviews with the one that was just given: it settles findings of those before, and an approval settles all. */
export function withReview(
  before: readonly PastReview[],
  submission: number,
  { headSha, treeSha, summary: work }: Change,
  review: Review,
): PastReview[] {
  if (review.verdict === 'approve') return [];
  // Submissions count from one again in another life of the task, whose findings stay apart.
  const number = Math.max(submission, ...before.map((past) => past.number + 1));
  const settled = new Set((review.earlier ?? []).filter((one) => one.settled).map(({ finding }) => finding));
  const left = before.map((past) => ({ ...past, findings: past.findings.filter(({ id }) => !settled.has(id)) }));
  const comments = review.comments.slice(0, MOST_FINDINGS);
  const findings: Finding[] =
    comments.length === 0
      ? [{ id: String(number), body: cut(review.summary) }]
      : comments.map(({ path, line, body }, index) => ({
          id: `${number}.${index + 1}`,
          path,
          body: cut(body),
          ...defined({ line }),
        }));
  const latest = { number, headSha, treeSha, work: cut(work), summary: cut(review.summary), findings };
  // What is settled goes first.
  const open = left.filter((past) => past.findings.length > 0);
  return [...open, latest].slice(-MOST_REVIEWS);
}

/** As a reviewer is told them: each with what was said of it since, last in `work`. */
export function earlierReviews(reviews: readonly PastReview[], work: string): EarlierReview[] {
  return reviews.map(({ number, headSha, summary, findings }, index) => ({
    number,
    headSha,
    summary,
    findings,
    answer: reviews[index + 1]?.work ?? cut(work),
  }));
}

/** The ids of all findings that are open: the next review says of each whether it is settled. */
export const openFindings = (reviews: readonly PastReview[]): Finding[] => reviews.flatMap(({ findings }) => findings);

/** The latest review, if it has seen exactly this tree: it asked for changes. */
export function reviewOfSame(reviews: readonly PastReview[], treeSha: string): PastReview | undefined {
  const latest = reviews.at(-1);
  return latest?.treeSha === treeSha ? latest : undefined;
}

/** The same reviews, of which none stands in the way of another look. */
export const withoutTrees = (reviews: readonly PastReview[]): PastReview[] =>
  reviews.map(({ treeSha: _, cameBack: __, ...rest }) => rest);

/** The summary with what it says of criteria and earlier findings, for people and for the Worker. */
export function summaryWithJudged(
  { summary, earlier = [], criteria }: Review,
  acceptance: readonly string[] = [],
): string {
  const judged = criteriaWords(criteria, acceptance);
  const lines = earlier.map(
    ({ finding, settled, because }) => `- ${finding} ${settled ? 'settled' : 'not settled'}: ${because}`,
  );
  return [
    summary,
    judged === '' ? '' : `By criterion:\n${judged}`,
    lines.length === 0 ? '' : `Of what was found before:\n${lines.join('\n')}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const cut = (text: string): string => (text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 1)}…` : text);
