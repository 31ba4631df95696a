/** The double's pull requests: listed, read, opened and changed, always with the branches as they are in git. */
import { z } from 'zod';
import type { Call, Route } from './call.ts';
import { readMergeability } from './mergeability.ts';
import { page } from './pages.ts';
import { headOf, headsOf, isAncestor, isoNow, need, type Pull, Refusal, type RepositoryState } from './state.ts';

/** A push moves an open pull request's head, ends it where the branch is gone, and merges it where the base holds it. */
export async function refresh(
  repository: RepositoryState,
  pull: Pull,
  heads?: ReadonlyMap<string, string>,
): Promise<void> {
  if (pull.mergedAt !== null) return;
  const where = (branch: string) => (heads === undefined ? headOf(repository, branch) : heads.get(branch));
  // Where a fork is, is told by whoever made its pull request.
  const [head, base] = await Promise.all([pull.fork === undefined ? where(pull.head) : pull.headSha, where(pull.base)]);
  const moved = base !== undefined && base !== pull.baseSha;
  pull.baseSha = base ?? pull.baseSha;
  if (pull.state === 'closed') return;
  if (head === undefined) Object.assign(pull, { state: 'closed', updatedAt: isoNow() });
  else if (moved && base !== undefined && (await isAncestor(repository, head, base))) {
    Object.assign(pull, { state: 'closed', headSha: head, mergedAt: isoNow(), mergeSha: base, updatedAt: isoNow() });
  } else if (head !== pull.headSha) Object.assign(pull, { headSha: head, updatedAt: isoNow() });
}

export function show(repository: RepositoryState, pull: Pull, url: string) {
  const at = `${repository.owner}/${repository.name}`;
  const branch = (ref: string, sha: string, from: string | null = at) => ({
    ...{ ref, sha, label: `${(from ?? 'unknown').split('/')[0]}:${ref}` },
    repo: from === null ? null : { full_name: from },
  });
  return {
    number: pull.number,
    html_url: `${url}/${at}/pull/${pull.number}`,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    draft: pull.draft,
    user: pull.user,
    labels: pull.labels.map((name) => ({ name })),
    head: branch(pull.head, pull.headSha, pull.fork),
    base: branch(pull.base, pull.baseSha),
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeSha,
  };
}

const New = z.strictObject({ title: z.string().min(1), head: z.string(), base: z.string(), body: z.string() });
const Change = z.strictObject({
  state: z.enum(['open', 'closed']).optional(),
  title: z.string().optional(),
  body: z.string().optional(),
});

export const PULL_ROUTES: Route[] = [
  {
    method: 'GET',
    path: 'pulls',
    right: 'read',
    async answer({ repository, query, url }) {
      const { head, state = 'open', per_page: _, page: __, ...rest } = query;
      for (const name of Object.keys(rest)) {
        if (!['sort', 'direction', 'base'].includes(name)) throw new Refusal(422, `Unknown parameter ${name}`);
      }
      const all = [...repository.pulls.values()];
      const heads = await headsOf(repository);
      for (const pull of all) await refresh(repository, pull, heads);
      const found = all
        .filter((pull) => head === undefined || head === show(repository, pull, url).head.label)
        .filter((pull) => state === 'all' || state === pull.state)
        .toSorted((a, b) => (rest.sort === 'updated' ? b.updatedAt.localeCompare(a.updatedAt) : b.number - a.number));
      return page(found, query).map((pull) => show(repository, pull, url));
    },
  },
  {
    method: 'POST',
    path: 'pulls',
    right: 'write',
    answer: create,
  },
  {
    method: 'GET',
    path: 'pulls/:number',
    right: 'read',
    async answer({ repository, params, url }) {
      const pull = need(repository.pulls.get(Number(params.number)));
      await refresh(repository, pull);
      const { number } = pull;
      return {
        ...show(repository, pull, url),
        merged: pull.mergedAt !== null,
        ...(await readMergeability(repository, pull)),
        comments: repository.comments.filter((one) => one.number === number).length,
        review_comments: repository.notes.filter((one) => one.number === number).length,
      };
    },
  },
  {
    method: 'PATCH',
    path: 'pulls/:number',
    right: 'write',
    async answer({ repository, params, body, url, hook }) {
      const pull = need(repository.pulls.get(Number(params.number)));
      const change = Change.parse(body);
      if (change.state === 'open' && pull.mergedAt !== null) throw invalid('state', 'Cannot reopen a merged one');
      if (change.state === 'open' && (await headOf(repository, pull.head)) === undefined) {
        throw invalid('state', `state cannot be changed. The ${pull.head} branch has been deleted.`);
      }
      Object.assign(pull, change, { updatedAt: isoNow() });
      hook('pull_request', { action: pull.state === 'open' ? 'reopened' : 'closed', number: pull.number }, pull);
      return show(repository, pull, url);
    },
  },
  {
    method: 'POST',
    path: 'issues/:number/labels',
    right: 'write',
    answer({ repository, params, body }) {
      const pull = need(repository.pulls.get(Number(params.number)));
      const { labels } = z.strictObject({ labels: z.array(z.string().min(1)) }).parse(body);
      pull.labels.push(...labels.filter((label) => !pull.labels.includes(label)));
      return pull.labels.map((name) => ({ name }));
    },
  },
];

async function create({ repository, body, user, url, hook }: Call) {
  const wanted = New.parse(body);
  const [headSha, baseSha] = await Promise.all([headOf(repository, wanted.head), headOf(repository, wanted.base)]);
  if (headSha === undefined) throw invalid('head');
  if (baseSha === undefined) throw invalid('base');
  if (await isAncestor(repository, headSha, baseSha)) {
    throw invalid('head', `No commits between ${wanted.base} and ${wanted.head}`);
  }
  // Last, with nothing awaited after it: of two that ask at once GitHub opens one.
  const others = [...repository.pulls.values()];
  if (
    others.some(
      (one) => one.fork === undefined && one.state === 'open' && one.head === wanted.head && one.base === wanted.base,
    )
  ) {
    throw invalid('head', `A pull request already exists for ${repository.owner}:${wanted.head}.`);
  }
  const pull: Pull = {
    ...wanted,
    number: repository.nextNumber,
    ...{ user, headSha, baseSha, state: 'open', draft: false, mergedAt: null, mergeSha: null, labels: [] },
    ...{ createdAt: isoNow(), updatedAt: isoNow() },
  };
  repository.nextNumber += 1;
  repository.pulls.set(pull.number, pull);
  hook('pull_request', { action: 'opened', number: pull.number }, pull);
  return show(repository, pull, url);
}

/** As GitHub words a field that does not fit: with a code, or with a message of its own. */
const invalid = (field: string, message?: string) =>
  new Refusal(422, 'Validation Failed', [
    message === undefined
      ? { resource: 'PullRequest', field, code: 'invalid' }
      : { resource: 'PullRequest', code: 'custom', message },
  ]);
