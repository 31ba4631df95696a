/** Runs again what ended without a verdict, where GitHub can. */
import { isGitHubFailure } from '../../clients/github/failures.ts';
import { listChecks } from './list-checks.ts';
import type { GitHubRepo } from './repo.ts';

export interface RerunInput {
  readonly headSha: string;
  /** Only these, when there are any. */
  readonly required: readonly string[];
}

/** What waits for a person (`action_required`) does not go on by being run again. */
const MAY_PASS: ReadonlySet<string> = new Set(['cancelled', 'startup_failure', 'stale']);

/** Returns the names of those that run again; one that does so already is not listed as ended any more. */
export async function rerunChecks(
  repo: GitHubRepo,
  { headSha, required }: RerunInput,
  signal?: AbortSignal,
): Promise<string[]> {
  const { checks } = await listChecks(repo, headSha, { isUrgent: true, signal });
  const names: string[] = [];
  for (const { name, job, without } of checks) {
    if (job === undefined || without === undefined || !MAY_PASS.has(without)) continue;
    if (required.length > 0 && !required.includes(name)) continue;
    try {
      await repo.call({ method: 'POST', path: `${repo.at}/actions/jobs/${job}/rerun`, signal });
      names.push(name);
    } catch (error) {
      // Too old, not ours to run, or running already: a person is asked as without this.
      if (!isGitHubFailure(error, 'not-permitted', 'not-found', 'refused')) throw error;
    }
  }
  return names;
}
