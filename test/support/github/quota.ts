/** The double's rate limits: a quota an hour for each login, and the secondary limit, which asks for silence. */
import { Refusal, type User } from './state.ts';

const HOUR_SECONDS = 3_600;

export function createQuota() {
  const limit = 5_000;
  const resetsAt = Math.floor(Date.now() / 1_000) + HOUR_SECONDS;
  const used = new Map<string, number>();
  let refusals: { count: number; words: string; headers: Record<string, string>; status: number } | undefined;

  const remaining = (user: User) => Math.max(0, limit - (used.get(user.login) ?? 0));

  return {
    /** As if the login had asked all but `left` requests of its quota. */
    leave(login: string, left: number): void {
      used.set(login, limit - left);
    },

    /** The next `count` requests meet the secondary limit. */
    refuse(count: number, options: { retryAfter?: number; status?: 403 | 429 } = {}): void {
      const { retryAfter, status = 403 } = options;
      const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
      refusals = { count, status, headers, words: 'You have exceeded a secondary rate limit. Please wait.' };
    },

    check(user: User, _method: string): void {
      if (refusals !== undefined && refusals.count > 0) {
        refusals.count -= 1;
        throw new Refusal(refusals.status, refusals.words, undefined, refusals.headers);
      }
      if (remaining(user) === 0) throw new Refusal(403, `API rate limit exceeded for user ${user.login}.`);
    },

    /** Counts the request, unless it found nothing new. */
    headers(user: User | undefined, isFree: boolean): Record<string, string> {
      if (user === undefined) return {};
      if (!isFree) used.set(user.login, Math.min(limit, (used.get(user.login) ?? 0) + 1));
      return {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(remaining(user)),
        'x-ratelimit-reset': String(resetsAt),
      };
    },
  };
}
