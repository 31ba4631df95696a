/** Merging on the double: refused in GitHub's words where a rule is in the way, else done by git. */
import { z } from 'zod';
import type { Call, Route } from './call.ts';
import { isTooEarly, violation } from './mergeability.ts';
import { refresh } from './pulls.ts';
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
  const words = repository.refuseMerges.shift();
  if (words !== undefined) throw new Refusal(405, words);
  if (pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  const method = wanted.merge_method;
  if (!repository.allowed[method]) throw new Refusal(405, `${WORDS[method]} are not allowed on this repository.`);
  const rule = violation(repository, pull, method);
  if (rule !== undefined) throw rule;
  if (isTooEarly(repository, pull)) throw new Refusal(405, 'Pull Request is not mergeable');
  const sha = await mergeByGit(repository, pull, wanted);
  Object.assign(pull, { state: 'closed', mergedAt: isoNow(), mergeSha: sha, updatedAt: isoNow() });
  hook('pull_request', { action: 'closed', number: pull.number }, pull);
  return { sha, merged: true, message: 'Pull Request successfully merged' };
}

const WORDS = { merge: 'Merge commits', squash: 'Squash merges', rebase: 'Rebase merges' };

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
