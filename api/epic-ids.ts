/** Which id a submitted epic gets: what names the same epic twice must give the same id. */
import { createHash, randomBytes } from 'node:crypto';
import type { EpicInput } from '../workflows/contract/epic.ts';
import { EpicId, epicIdOfIssue } from '../workflows/contract/ids.ts';
import { epicKey, slug } from './client/epic-key.ts';

/**
 * From the issue in the tracker, which is one epic however often it is sent; else from the caller's Idempotency-Key;
 * else readable and new.
 */
export function epicIdFor(input: Pick<EpicInput, 'title' | 'source'>, idempotencyKey: string | undefined): string {
  if (input.source !== undefined) return issueId(input.source.tracker, input.source.id);
  if (idempotencyKey !== undefined) {
    return EpicId.safeParse(idempotencyKey).success ? idempotencyKey : `key-${hash(idempotencyKey)}`;
  }
  return epicKey(input.title, randomBytes(3).toString('hex'));
}

/** Readable where the issue's name survives as it is, and with its hash where it does not: `A b` and `a-b` stay apart. */
const issueId = (tracker: string, issue: string): string =>
  epicIdOfIssue(tracker, issue) ?? [tracker, slug(issue), hash(issue)].filter(Boolean).join('-');

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);
