/** What a delivery of Linear says: which issue to look at, or why it is not for us. Pure. */
import { z } from 'zod';
import { IssueRef, isOwnComment } from '../../workflows/contract/tracker.ts';

/** What is sent and arrives takes seconds; Linear's own client allows as much. */
const FRESH_MS = 60_000;

const Event = z.object({
  type: z.string(),
  action: z.string(),
  /** Milliseconds; signed with the rest, unlike any header. */
  webhookTimestamp: z.number(),
  data: z
    .object({
      id: z.string().nullish(),
      issueId: z.string().nullish(),
      team: z.object({ key: z.string() }).nullish(),
    })
    .nullish(),
});

export type LinearEvent = z.infer<typeof Event>;

export const parseLinearEvent = (json: unknown): LinearEvent | undefined => Event.safeParse(json).data;

export const isFresh = ({ webhookTimestamp }: LinearEvent, now: number): boolean =>
  Math.abs(now - webhookTimestamp) <= FRESH_MS;

export type Meaning =
  | { readonly kind: 'look'; readonly issueId: string }
  /** Of a kind that we know, and nothing to do. */
  | { readonly kind: 'ours' }
  | { readonly kind: 'about-no-issue' }
  | { readonly kind: 'unknown' };

export function meaningOf({ type, data }: LinearEvent): Meaning {
  if (type === 'Comment' && isOwnComment(data?.id ?? '')) return { kind: 'ours' };
  const isOnIssue = type === 'Comment' || type === 'Attachment';
  // Comments are also on projects, their updates and documents.
  if (isOnIssue && data?.issueId == null) return { kind: 'about-no-issue' };
  const id = type === 'Issue' ? data?.id : isOnIssue ? data?.issueId : undefined;
  const issue = IssueRef.safeParse({ issueId: id });
  return issue.success ? { kind: 'look', issueId: issue.data.issueId } : { kind: 'unknown' };
}
