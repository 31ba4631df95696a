/** The checks of a commit as GitHub lists them: check runs and commit statuses, all pages, the newest report of each name. */
import type { Urgency } from '../../clients/github/gh.ts';
import type { GitHubRepo } from './repo.ts';

/** One check under its name, whichever way it was reported. */
export interface Check {
  readonly name: string;
  readonly state: 'pending' | 'green' | 'red';
  /** How a red one ended without a verdict. */
  readonly without?: string;
  readonly url: string | undefined;
  /** When it was last heard of. */
  readonly at: number;
  /** What there is to read of a red one: a job's log by its id, or words. */
  readonly job: number | undefined;
  readonly words: string;
}

interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly html_url: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly app: { readonly slug: string } | null;
  readonly output: { readonly title: string | null; readonly summary: string | null; readonly text: string | null };
}

interface Status {
  readonly context: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly description: string | null;
  readonly target_url: string | null;
  readonly updated_at: string;
}

const GREEN = new Set(['success', 'neutral', 'skipped']);
/** Nothing was found wrong: somebody or something ended it, or it waits for somebody, or never began. */
const WITHOUT_VERDICT = new Set(['cancelled', 'action_required', 'startup_failure', 'stale']);
const STATES = { success: 'green', pending: 'pending', failure: 'red', error: 'red' } as const;
const PAGE = 100;
/** GitHub itself lists the runs of the newest 1,000 suites only. */
const MOST_PAGES = 10;

/** With the time by GitHub's own clock. */
export async function listChecks(repo: GitHubRepo, ref: string, urgency: Urgency) {
  const path = `${repo.at}/commits/${encodeURIComponent(ref)}`;
  const [runs, statuses] = await Promise.all([
    listField<'check_runs', CheckRun>(repo, `${path}/check-runs`, 'check_runs', urgency),
    listField<'statuses', Status>(repo, `${path}/status`, 'statuses', urgency),
  ]);
  const current = runs.entries.filter((run) => !isReplaced(run, runs.entries));
  const checks: Check[] = [...current.map(ofRun), ...statuses.entries.map(ofStatus)];
  return { checks, now: runs.now };
}

/** A list that stands within its answer. */
async function listField<Field extends string, Entry>(
  repo: GitHubRepo,
  path: string,
  field: Field,
  urgency: Urgency,
): Promise<{ entries: Entry[]; now: number }> {
  const entries: Entry[] = [];
  for (let page = 1; ; page++) {
    const query = { per_page: PAGE, page };
    const { body, headers } = await repo.call<Record<Field, readonly Entry[]>>({ path, query, ...urgency });
    entries.push(...body[field]);
    if (body[field].length < PAGE || page >= MOST_PAGES) {
      return { entries, now: Date.parse(headers.get('date') ?? '') || Date.now() };
    }
  }
}

/** GitHub lists the newest run of each suite; of a run that was ended without a verdict another suite may have a newer one. */
const isReplaced = (run: CheckRun, runs: readonly CheckRun[]): boolean =>
  WITHOUT_VERDICT.has(run.conclusion ?? '') &&
  runs.some(
    ({ id, name, app, started_at }) =>
      name === run.name && app?.slug === run.app?.slug && isLater({ id, started_at }, run),
  );

/** Times are whole seconds; of runs that began in the same one the greater id is the later. */
function isLater(a: Pick<CheckRun, 'id' | 'started_at'>, b: Pick<CheckRun, 'id' | 'started_at'>): boolean {
  const [began, other] = [a.started_at ?? '', b.started_at ?? ''];
  return began === other ? a.id > b.id : began > other;
}

function ofRun(run: CheckRun): Check {
  const { title, summary, text } = run.output;
  const isDone = run.status === 'completed';
  return {
    name: run.name,
    url: run.html_url ?? undefined,
    state: !isDone ? 'pending' : GREEN.has(run.conclusion ?? '') ? 'green' : 'red',
    ...(isDone && WITHOUT_VERDICT.has(run.conclusion ?? '') ? { without: run.conclusion ?? '' } : {}),
    at: Date.parse(run.completed_at ?? run.started_at ?? '') || 0,
    job: run.app?.slug === 'github-actions' ? run.id : undefined,
    words: [run.conclusion, title, summary, text].filter(Boolean).join('\n'),
  };
}

const ofStatus = (status: Status): Check => ({
  name: status.context,
  url: status.target_url ?? undefined,
  job: undefined,
  state: STATES[status.state],
  at: Date.parse(status.updated_at) || 0,
  words: status.description ?? status.state,
});
