/** Checks on the double: commit statuses, check runs, and the logs of jobs. */
import { z } from 'zod';
import type { Route } from './call.ts';
import { page } from './pages.ts';
import { type CheckRun, headOf, isoNow, need, Refusal, type RepositoryState } from './state.ts';

const Status = z.strictObject({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  context: z.string().min(1),
  description: z.string().max(140).optional(),
  target_url: z.url().optional(),
});

/** A SHA, or a branch. */
async function commitOf(repository: RepositoryState, given: string): Promise<string> {
  if (!/^[0-9a-f]{40}$/.test(given)) return need(await headOf(repository, given));
  await repository.git.git('cat-file', '-e', `${given}^{commit}`).catch(() => {
    throw new Refusal(422, `No commit found for SHA: ${given}`);
  });
  return given;
}

const jobOf = ({ checkRuns }: RepositoryState, wanted: string | undefined): CheckRun =>
  need(checkRuns.find(({ id, app }) => id === Number(wanted) && app === 'github-actions'));

export const CHECK_ROUTES: Route[] = [
  {
    method: 'POST',
    path: 'statuses/:sha',
    right: 'write',
    async answer({ repository, params, body, hook }) {
      const sha = await commitOf(repository, params.sha ?? '');
      const { description = null, ...given } = Status.parse(body);
      repository.statuses.push({ sha, ...given, description, at: isoNow() });
      hook('status', { sha, context: given.context, state: given.state, branches: [] });
      return given;
    },
  },
  {
    method: 'GET',
    path: 'commits/:ref+/status',
    right: 'read',
    async answer({ repository, params, query }) {
      const sha = await commitOf(repository, params.ref ?? '');
      const all = repository.statuses.filter((one) => one.sha === sha);
      const latest = [...new Map(all.map((one) => [one.context, one])).values()];
      return {
        sha,
        total_count: latest.length,
        statuses: page(latest, query).map((one) => ({
          ...{ context: one.context, state: one.state, description: one.description, target_url: null },
          ...{ created_at: one.at, updated_at: one.at },
        })),
      };
    },
  },
  {
    method: 'GET',
    path: 'commits/:ref+/check-runs',
    right: 'read',
    async answer({ repository, params, query, url }) {
      const sha = await commitOf(repository, params.ref ?? '');
      const all = repository.checkRuns.filter((one) => one.sha === sha);
      const latest = [...new Map(all.map((one) => [`${one.app} ${one.suite} ${one.name}`, one])).values()];
      const check_runs = page(latest, query).map((run) => ({
        ...{ id: run.id, name: run.name, status: run.status, conclusion: run.conclusion, head_sha: sha },
        ...{ started_at: run.startedAt, completed_at: run.completedAt, app: { slug: run.app } },
        html_url: `${url}/${repository.owner}/${repository.name}/actions/runs/1/job/${run.id}`,
        output: { title: null, summary: null, text: null },
      }));
      return { total_count: latest.length, check_runs };
    },
  },
  {
    method: 'POST',
    path: 'actions/jobs/:id/rerun',
    right: 'write',
    answer({ repository, params }) {
      const run = jobOf(repository, params.id);
      if (run.status !== 'completed') throw new Refusal(403, 'This workflow is already running');
      // GitHub gives the job of the new attempt an id of its own, in the same suite.
      const at = isoNow();
      repository.checkRuns.push({
        ...run,
        id: repository.nextId++,
        status: 'in_progress',
        conclusion: null,
        startedAt: at,
        completedAt: null,
      });
      return {};
    },
  },
  {
    method: 'GET',
    path: 'actions/jobs/:id/logs',
    right: 'read',
    answer({ repository, params }) {
      return jobOf(repository, params.id).log;
    },
  },
];
