/** What a commit's checks say: check runs and commit statuses, counted once all that matter are done and have settled. */
import { REVIEW_STATUS } from '../../workflows/contract/pull-request.ts';
import { failure } from '../failures.ts';
import type { Checks, FailedCheck } from '../forge/forge.ts';
import { isGitHubFailure } from './failures.ts';
import type { GitHubPlace } from './place.ts';
import { readPullRequest } from './pull-requests.ts';
import { createRequired } from './required.ts';

export interface ReadChecksInput {
  readonly number: number;
  readonly headSha: string;
  /** Empty: those that the branch requires, else all that there are. */
  readonly required: readonly string[];
}

/** One check under its name, whichever way it was reported. */
export interface Check {
  readonly name: string;
  readonly state: 'pending' | 'green' | 'red';
  readonly url: string | undefined;
  /** When it was last heard of. */
  readonly at: number;
  /** What there is to read of a red one: a job's log by its id, or words. */
  readonly job: number | undefined;
  readonly words: string;
}

interface CheckRuns {
  readonly check_runs: readonly {
    readonly id: number;
    readonly name: string;
    readonly status: string;
    readonly conclusion: string | null;
    readonly html_url: string | null;
    readonly started_at: string | null;
    readonly completed_at: string | null;
    readonly app: { readonly slug: string } | null;
    readonly output: { readonly title: string | null; readonly summary: string | null; readonly text: string | null };
  }[];
}

interface Statuses {
  readonly statuses: readonly {
    readonly context: string;
    readonly state: 'error' | 'failure' | 'pending' | 'success';
    readonly description: string | null;
    readonly target_url: string | null;
    readonly updated_at: string;
  }[];
}

const GREEN = new Set(['success', 'neutral', 'skipped']);
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

  return async function readChecks(place: GitHubPlace, input: ReadChecksInput, signal?: AbortSignal): Promise<Checks> {
    try {
      return await read(place, input, signal);
    } catch (error) {
      // What cannot be read is no state, and a person may yet give the right to read it.
      if (!isGitHubFailure(error, 'not-permitted', 'not-found', 'refused')) throw error;
      throw failure('ForgeUnavailable', `The checks of ${input.headSha} cannot be read. ${error.message}`);
    }
  };

  async function read(place: GitHubPlace, input: ReadChecksInput, signal?: AbortSignal): Promise<Checks> {
    const { headSha, number } = input;
    const { checks, now } = await listChecks(place, headSha, signal);
    const names = input.required.length > 0 ? input.required : await required(place, number, signal);
    const ours = checks.filter(({ name }) => (names.length > 0 ? names.includes(name) : name !== REVIEW_STATUS));
    const missing = names.filter((name) => !ours.some((check) => check.name === name));
    if (ours.length === 0 && missing.length === 0) {
      if (isLeftWithout(headSha)) return { state: 'none', pending: [], failed: [] };
      return { state: 'pending', pending: ['any check to begin'], failed: [], lookAgainSeconds: settleSeconds };
    }
    const pending = [...ours.filter(({ state }) => state === 'pending').map(({ name }) => name), ...missing];
    if (pending.length > 0) {
      const later = hasWebhooks ? { lookAgainSeconds: LOOK_AGAIN_WITH_WEBHOOKS_SECONDS } : {};
      return { state: 'pending', pending, failed: [], ...later };
    }
    const newest = ours.toSorted((a, b) => b.at - a.at)[0];
    // A list of names is complete with its last one.
    if (names.length === 0 && newest !== undefined && now - newest.at < settleSeconds * 1_000) {
      return { state: 'pending', pending: [newest.name], failed: [], lookAgainSeconds: settleSeconds };
    }
    const red = ours.filter(({ state }) => state === 'red');
    if (red.length === 0) return { state: 'green', pending: [], failed: [] };
    return { state: 'red', pending: [], failed: await describe(place, number, red, signal) };
  }
}

/** The newest report of each name, and the time by GitHub's own clock. */
async function listChecks(place: GitHubPlace, ref: string, signal?: AbortSignal) {
  const path = `${place.at}/commits/${encodeURIComponent(ref)}`;
  const query = { per_page: 100 };
  const [runs, statuses] = await Promise.all([
    place.call<CheckRuns>({ path: `${path}/check-runs`, query, signal }),
    place.call<Statuses>({ path: `${path}/status`, query, signal }),
  ]);
  const checks: Check[] = [
    ...runs.body.check_runs.map((run) => ({
      ...{ name: run.name, url: run.html_url ?? undefined },
      state:
        run.status !== 'completed'
          ? ('pending' as const)
          : GREEN.has(run.conclusion ?? '')
            ? ('green' as const)
            : ('red' as const),
      at: Date.parse(run.completed_at ?? run.started_at ?? '') || 0,
      job: run.app?.slug === 'github-actions' ? run.id : undefined,
      words: [run.conclusion, run.output.title, run.output.summary, run.output.text].filter(Boolean).join('\n'),
    })),
    ...statuses.body.statuses.map((status) => ({
      ...{ name: status.context, url: status.target_url ?? undefined, job: undefined },
      state: STATES[status.state],
      at: Date.parse(status.updated_at) || 0,
      words: status.description ?? status.state,
    })),
  ];
  return { checks, now: Date.parse(runs.headers.get('date') ?? '') || Date.now() };
}

const STATES = { success: 'green', pending: 'pending', failure: 'red', error: 'red' } as const;

async function describe(place: GitHubPlace, number: number, red: readonly Check[], signal?: AbortSignal) {
  const { base } = await readPullRequest(place, number, { signal });
  const onBase = (await listChecks(place, base.ref, signal)).checks;
  const redThere = new Set(onBase.flatMap(({ name, state }) => (state === 'red' ? [name] : [])));
  return await Promise.all(
    red.map(async ({ name, url, job, words }): Promise<FailedCheck> => {
      const log = job === undefined ? words : await readLog(place, job, words, signal);
      return { name, ...(url === undefined ? {} : { url }), log: log.slice(-MOST_LOG), redOnBase: redThere.has(name) };
    }),
  );
}

/** The end of a job's log, without the time before each line and the colours. A log that is gone leaves the words. */
async function readLog(place: GitHubPlace, job: number, words: string, signal?: AbortSignal): Promise<string> {
  try {
    const path = `${place.at}/actions/jobs/${job}/logs`;
    const { body } = await place.call<string>({ path, isText: true, signal });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the escape character
    return body.replace(/\x1b\[[0-9;]*m/g, '').replace(/^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z /gm, '');
  } catch (error) {
    if (isGitHubFailure(error, 'not-found', 'not-permitted')) return words;
    throw error;
  }
}
