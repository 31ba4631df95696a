/** Reviews of a task as the API returns them. */
import type { HandedInReview } from '../db/reads/reviews.ts';
import { SubmitReview } from '../workflows/contract/agent.ts';

/** Leaves out what is no review: the workflow refused it, too. */
export function reviewsOf(handedIn: readonly HandedInReview[]) {
  return handedIn.flatMap(({ input, ...rest }) => {
    const review = SubmitReview.safeParse(input);
    if (!review.success) return [];
    const { verdict, summary, comments } = review.data;
    return [{ ...rest, verdict, summary, comments: comments.map(({ line = null, ...one }) => ({ ...one, line })) }];
  });
}
