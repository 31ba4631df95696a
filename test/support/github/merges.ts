/** Merging on the double: refused in GitHub's words where a rule is in the way, else done by git. */
import { z } from 'zod';
import { refresh } from './pulls.ts';
import type { Call, Route } from './routes.ts';
import { headOf, isAncestor, isoNow, need, type Pull, Refusal, type RepositoryState } from './state.ts';

const Merge = z.strictObject({
  sha: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
  merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
});

export const MERGE_ROUTES: Route[] = [
  { method: 'PUT', path: 'pulls/:number/merge', right: 'write', answer: merge },
  {
    method: 'GET',
    path: 'compare/:range',
    right: 'read',
    async answer({ repository, params }) {
      const [older = '', newer = ''] = (params.range ?? '').split('...');
      if (older === newer) return { status: 'identical' };
      if (await isAncestor(repository, older, newer)) return { status: 'ahead' };
      return { status: (await isAncestor(repository, newer, older)) ? 'behind' : 'diverged' };
    },
  },
];

async function merge({ repository, params, body, hook }: Call) {
  const pull = need(repository.pulls.get(Number(params.number)));
  await refresh(repository, pull);
  const wanted = Merge.parse(body);
  if (pull.mergedAt !== null || pull.state === 'closed') throw new Refusal(405, 'Pull Request is not mergeable');
  if (wanted.sha !== undefined && wanted.sha !== pull.headSha) {
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  }
  if (pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  refuseByRules(repository, pull, wanted.merge_method);
  const sha = await mergeByGit(repository, pull, wanted);
  Object.assign(pull, { state: 'closed', mergedAt: isoNow(), mergeSha: sha, updatedAt: isoNow() });
  hook('pull_request', { action: 'closed', number: pull.number }, pull);
  return { sha, merged: true, message: 'Pull Request successfully merged' };
}

function refuseByRules(repository: RepositoryState, pull: Pull, method: 'merge' | 'squash' | 'rebase'): void {
  const WORDS = { merge: 'Merge commits', squash: 'Squash merges', rebase: 'Rebase merges' };
  if (!repository.allowed[method]) throw new Refusal(405, `${WORDS[method]} are not allowed on this repository.`);
  const violated = (what: string) => new Refusal(405, `Repository rule violations found\n\n${what}`);
  for (const { type, parameters } of repository.rules.get(pull.base) ?? []) {
    if (type === 'merge_queue') throw violated('Changes must be made through the merge queue');
    if (type === 'required_linear_history' && method === 'merge') {
      throw violated('This branch must not contain merge commits.');
    }
    if (type === 'required_signatures') throw violated('Commits must have verified signatures.');
    const { required_approving_review_count: count = 0 } = (parameters ?? {}) as Record<string, number | undefined>;
    const approvals = repository.reviews.filter((one) => one.number === pull.number && one.state === 'APPROVED');
    if (type === 'pull_request' && approvals.length < count) {
      throw violated(`At least ${count} approving review is required by reviewers with write access.`);
    }
  }
  for (const context of repository.required.get(pull.base) ?? []) {
    const status = repository.statuses.findLast((one) => one.sha === pull.headSha && one.context === context);
    const run = repository.checkRuns.findLast((one) => one.sha === pull.headSha && one.name === context);
    const isGreen = status?.state === 'success' || run?.conclusion === 'success';
    if (!isGreen) throw new Refusal(405, `Required status check "${context}" is expected.`);
  }
}

async function mergeByGit(
  repository: RepositoryState,
  pull: Pull,
  { merge_method, commit_title, commit_message }: z.output<typeof Merge>,
): Promise<string> {
  const { git } = repository.git;
  const base = need(await headOf(repository, pull.base));
  const tree = await git('merge-tree', '--write-tree', base, pull.headSha).catch(() => {
    throw new Refusal(405, 'Pull Request is not mergeable');
  });
  if (merge_method === 'rebase' && !(await isAncestor(repository, base, pull.headSha))) {
    throw new Refusal(405, "This branch can't be rebased");
  }
  const parents = merge_method === 'merge' ? [base, pull.headSha] : [base];
  const title = commit_title ?? `Merge pull request #${pull.number}`;
  const message = [title, commit_message ?? pull.body].filter(Boolean).join('\n\n');
  const sha =
    merge_method === 'rebase'
      ? pull.headSha
      : await git('commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', message);
  await git('update-ref', `refs/heads/${pull.base}`, sha, base).catch(() => {
    throw new Refusal(405, 'Base branch was modified. Review and try the merge again.');
  });
  return sha;
}
