/** What a commit's checks say, counted once all that matter are done and have settled. */

import { isGitHubFailure } from '../../clients/github/failures.ts';
import type { Urgency } from '../../clients/github/gh.ts';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { type Checks, type FailedCheck, REVIEW_STATUS } from '../../workflows/contract/pull-request.ts';
import { withoutColors } from '../without-colors.ts';
import { type Check, listChecks } from './list-checks.ts';
import { readPullRequest } from './pull-requests.ts';
import type { GitHubRepo } from './repo.ts';
import { createRequired } from './required-checks.ts';

export interface ReadChecksInput {
  readonly number: number;
  readonly headSha: string;
  /** Empty: those that the base branch requires, else all that there are. */
  readonly required: readonly string[];
  /** The branch that the commit is to go into; without it the one that its pull request goes into now. */
  readonly base?: string;
}

const MOST_LOG = 4_000;
/** A delivery can get lost. */
const LOOK_AGAIN_WITH_WEBHOOKS_SECONDS = 1_200;
const FORGOTTEN_MS = 3_600_000;

/**
 * `settleSeconds`: others may be reported just after the last of those that are there, and the first of them some time
 * after the push; a set that is younger is not complete yet.
 */
export function createChecks({ settleSeconds, hasWebhooks }: { settleSeconds: number; hasWebhooks: boolean }) {
  const required = createRequired();
  const seenWithout = new Map<string, number>();

  /** Whether a commit without checks has been seen so for long enough. */
  function isLeftWithout(headSha: string): boolean {
    const since = seenWithout.get(headSha) ?? Date.now();
    for (const [sha, at] of seenWithout) if (at < Date.now() - FORGOTTEN_MS) seenWithout.delete(sha);
    seenWithout.set(headSha, since);
    return Date.now() - since >= settleSeconds * 1_000;
  }

  return async function readChecks(repo: GitHubRepo, input: ReadChecksInput, urgency: Urgency): Promise<Checks> {
    try {
      return await read(repo, input, urgency);
    } catch (error) {
      // What cannot be read never counts; who waits for it is told why, and a person may give the right to read it.
      if (!isGitHubFailure(error, 'not-permitted', 'not-found', 'refused')) throw error;
      return { state: 'pending', pending: [`the checks, which cannot be read: ${error.message}`], failed: [] };
    }
  };

  async function read(repo: GitHubRepo, input: ReadChecksInput, urgency: Urgency): Promise<Checks> {
    const { headSha, number, base } = input;
    const { checks, now } = await listChecks(repo, headSha, urgency);
    const names = input.required.length > 0 ? input.required : await required(repo, { number, base }, urgency);
    const ours = checks.filter(({ name }) => (names.length > 0 ? names.includes(name) : name !== REVIEW_STATUS));
    const missing = names.filter((name) => !ours.some((check) => check.name === name));
    if (ours.length === 0 && missing.length === 0) {
      if (isLeftWithout(headSha)) return { state: 'none', pending: [], failed: [] };
      return { state: 'pending', pending: ['any check to begin'], failed: [], lookAgainSeconds: settleSeconds };
    }
    const pending = [...ours.filter(({ state }) => state === 'pending').map(({ name }) => name), ...missing];
    // What nobody begins must not hide what is red.
    const isDone = pending.length === missing.length && ours.some(({ state }) => state === 'red');
    const later = hasWebhooks ? { lookAgainSeconds: LOOK_AGAIN_WITH_WEBHOOKS_SECONDS } : {};
    const unbegun = missing.length === 0 ? {} : { missing };
    if (pending.length > 0 && !isDone) return { state: 'pending', pending, ...unbegun, failed: [], ...later };
    const newest = ours.toSorted((a, b) => b.at - a.at)[0];
    // A list of names is complete with its last one.
    if (names.length === 0 && newest !== undefined && now - newest.at < settleSeconds * 1_000) {
      return { state: 'pending', pending: [newest.name], failed: [], lookAgainSeconds: settleSeconds };
    }
    const red = ours.filter(({ state }) => state === 'red');
    if (red.length === 0) return { state: 'green', pending: [], failed: [] };
    const failed = await describe(repo, number, red, urgency);
    return { state: 'red', pending, ...unbegun, failed, ...(pending.length === 0 ? {} : later) };
  }
}

async function describe(repo: GitHubRepo, number: number, red: readonly Check[], urgency: Urgency) {
  const { base } = await readPullRequest(repo, number, urgency);
  const onBase = (await listChecks(repo, base.ref, urgency)).checks;
  const redThere = new Set(onBase.flatMap(({ name, state }) => (state === 'red' ? [name] : [])));
  return await Promise.all(
    red.map(async ({ name, url, job, words, without }): Promise<FailedCheck> => {
      const log = job === undefined ? words : await readLog(repo, job, words, urgency);
      return {
        name,
        log: log.slice(-MOST_LOG),
        redOnBase: redThere.has(name),
        ...defined({ url, without }),
      };
    }),
  );
}

/** The end of a job's log, without the time before each line and the colours. A log that is gone leaves the words. */
async function readLog(repo: GitHubRepo, job: number, words: string, urgency: Urgency): Promise<string> {
  try {
    const path = `${repo.at}/actions/jobs/${job}/logs`;
    const { body } = await repo.call<string>({ path, isText: true, ...urgency });
    return withoutColors(body).replace(/^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z /gm, '');
  } catch (error) {
    if (isGitHubFailure(error, 'not-found', 'not-permitted')) return words;
    throw error;
  }
}
