/** GitHub's rate limits, shared by all worker processes through one row: who may call now, and what an answer says of them. */
import { passingFailure } from '../../clients/failures.ts';
import { readGitHubMessage } from '../../clients/github/failures.ts';
import type { RateLimits } from '../../clients/github/gh.ts';
import type { Database } from '../../db/connection.ts';
import { readRateLimit } from '../../db/reads/rate-limits.ts';
import { writeRateLimit, writeSilence } from '../../db/writes/rate-limits.ts';

/** The part of the quota that only merges may use, with the looks that they begin with. */
const RESERVE = 0.05;
/** What GitHub's documentation asks for where it names no time. */
const SILENCE_SECONDS = 60;

export function createRateLimits(db: Database): RateLimits {
  return {
    async mayCall(hostname, isUrgent) {
      const limit = await readRateLimit(db, hostname);
      if (limit === undefined) return;
      const silent = secondsUntil(limit.silentUntil);
      if (silent > 0) throw limited(`GitHub asked for silence`, silent);
      const closed = secondsUntil(limit.resetsAt);
      if (closed <= 0) return;
      if (limit.remaining <= 0) throw limited(`The rate limit of ${hostname} is used up`, closed);
      if (!isUrgent && limit.remaining <= limit.quota * RESERVE) {
        throw limited(`Only merges may use the last ${limit.remaining} requests to ${hostname}`, closed);
      }
    },

    async note(hostname, { status, headers, text }) {
      const [quota, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
        numberOf(headers, `x-ratelimit-${name}`),
      );
      if (quota !== undefined && remaining !== undefined && reset !== undefined) {
        await writeRateLimit(db, hostname, { quota, remaining, resetsAt: new Date(reset * 1_000) });
      }
      if (status !== 403 && status !== 429) return undefined;
      const after = numberOf(headers, 'retry-after');
      const isPrimary = remaining === 0 && reset !== undefined;
      const isLimited = readGitHubMessage(status, text)?.type === 'RateLimited';
      if (after === undefined && !isPrimary && !isLimited) return undefined;
      const seconds = after ?? (isPrimary ? secondsUntil(new Date(reset * 1_000)) : SILENCE_SECONDS);
      if (!isPrimary) await writeSilence(db, hostname, new Date(Date.now() + seconds * 1_000));
      return Math.max(1, seconds);
    },
  };
}

const limited = (why: string, seconds: number) =>
  passingFailure('RateLimited', `${why}; it is tried again in ${Math.ceil(seconds)} s`, {
    nextRetryDelay: `${Math.max(1, Math.ceil(seconds))}s`,
  });

const secondsUntil = (time: Date | undefined): number =>
  time === undefined ? 0 : (time.getTime() - Date.now()) / 1_000;

function numberOf(headers: Headers, name: string): number | undefined {
  const given = headers.get(name);
  return given !== null && /^\d+$/.test(given) ? Number(given) : undefined;
}
