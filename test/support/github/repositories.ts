/** The double's repositories: settings, refs, files and commits, read from the bare repository itself. */
import { z } from 'zod';
import type { Route } from './call.ts';
import { page } from './pages.ts';
import { headOf, need, Refusal } from './state.ts';

const NewRef = z.strictObject({ ref: z.string().startsWith('refs/'), sha: z.string().regex(/^[0-9a-f]{40}$/) });

export const REPOSITORY_ROUTES: Route[] = [
  {
    method: 'GET',
    path: '',
    right: 'read',
    answer: ({ repository, user }) => ({
      ...{ name: repository.name, owner: { login: repository.owner }, archived: repository.archived },
      ...{ id: repository.id, node_id: `R_${repository.id}`, full_name: `${repository.owner}/${repository.name}` },
      default_branch: repository.defaultBranch,
      allow_merge_commit: repository.allowed.merge,
      allow_squash_merge: repository.allowed.squash,
      allow_rebase_merge: repository.allowed.rebase,
      permissions: {
        push: ['admin', 'write'].includes(repository.permissions.get(user.login) ?? 'none'),
        pull: true,
      },
    }),
  },
  {
    method: 'GET',
    path: 'git/ref/heads/:branch+',
    right: 'read',
    async answer({ repository, params }) {
      const sha = need(await headOf(repository, params.branch ?? ''));
      return { ref: `refs/heads/${params.branch}`, object: { sha, type: 'commit' } };
    },
  },
  {
    method: 'POST',
    path: 'git/refs',
    right: 'write',
    async answer({ repository, body }) {
      const { ref, sha } = NewRef.parse(body);
      await repository.git.git('cat-file', '-e', `${sha}^{commit}`).catch(() => {
        throw new Refusal(422, 'Object does not exist');
      });
      await repository.git.git('update-ref', ref, sha, '0'.repeat(40)).catch(() => {
        throw new Refusal(422, 'Reference already exists');
      });
      return { ref, object: { sha, type: 'commit' } };
    },
  },
  {
    method: 'GET',
    path: 'git/matching-refs/:prefix+',
    right: 'read',
    async answer({ repository, params }) {
      const format = '--format=%(refname) %(objectname)';
      const all = (await repository.git.git('for-each-ref', format)).split('\n').filter(Boolean);
      return all.flatMap((line) => {
        const [ref = '', sha] = line.split(' ');
        return ref.startsWith(`refs/${params.prefix}`) ? [{ ref, object: { sha, type: 'commit' } }] : [];
      });
    },
  },
  {
    method: 'DELETE',
    path: 'git/refs/:ref+',
    right: 'write',
    async answer({ repository, params }) {
      const ref = `refs/${params.ref}`;
      await repository.git.git('show-ref', '--verify', '--quiet', ref).catch(() => {
        throw new Refusal(422, 'Reference does not exist');
      });
      await repository.git.git('update-ref', '-d', ref);
      return undefined;
    },
  },
  {
    method: 'GET',
    path: 'git/commits/:sha',
    right: 'read',
    async answer({ repository, params }) {
      const sha = params.sha ?? '';
      const shown = await repository.git.git('show', '--no-patch', '--format=%T %P', `${sha}^{commit}`).catch(() => '');
      const [tree, ...parents] = need(shown || undefined).split(' ');
      return { sha, tree: { sha: tree }, parents: parents.filter(Boolean).map((parent) => ({ sha: parent })) };
    },
  },
  {
    method: 'GET',
    path: 'compare/:range+',
    right: 'read',
    async answer({ repository, params }) {
      const [base = '', head = ''] = (params.range ?? '').split('...');
      const { git } = repository.git;
      const count = async (range: string) => Number(await git('rev-list', '--count', range));
      // What is not there, and what has no commit in common, is not found.
      const common = need(await git('merge-base', base, head).catch(() => undefined));
      const [ahead, behind] = await Promise.all([count(`${common}..${head}`), count(`${common}..${base}`)]);
      const status = ahead === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged';
      return { status, ahead_by: ahead, behind_by: behind, total_commits: ahead, commits: [] };
    },
  },
  {
    method: 'GET',
    path: 'git/trees/:sha',
    right: 'read',
    async answer({ repository, params, query }) {
      const args = ['ls-tree', '-t', ...(query.recursive === undefined ? [] : ['-r']), params.sha ?? ''];
      const listed = await repository.git.git(...args).catch(() => undefined);
      const tree = need(listed)
        .split('\n')
        .filter(Boolean)
        .map((line) => {
          const [, mode, type, sha, path] = /^(\d+) (\w+) (\w+)\t(.*)$/.exec(line) ?? [];
          return { mode, type, sha, path };
        });
      return { sha: params.sha, tree, truncated: false };
    },
  },
  {
    method: 'GET',
    path: 'contents/:file+',
    right: 'read',
    async answer({ repository, params, query }) {
      const at = `${query.ref ?? repository.defaultBranch}:${params.file}`;
      const type = need(await repository.git.git('cat-file', '-t', at).catch(() => undefined));
      if (type === 'tree') return [];
      const size = Number(await repository.git.git('cat-file', '-s', at));
      // trimEnd by the test's git loses a last line feed, which files have.
      const text = await repository.git.git('cat-file', 'blob', at);
      const content = Buffer.from(text.padEnd(size, '\n')).toString('base64').replace(/.{60}/g, '$&\n');
      return { type: 'file', path: params.file, encoding: 'base64', size, content };
    },
  },
  {
    method: 'GET',
    path: 'branches/:branch+',
    right: 'read',
    async answer({ repository, params }) {
      const name = params.branch ?? '';
      const sha = need(await headOf(repository, name));
      const contexts = repository.required.get(name) ?? [];
      const enforcement_level = contexts.length === 0 ? 'off' : 'everyone';
      return {
        ...{ name, commit: { sha }, protected: contexts.length > 0 },
        protection: { enabled: contexts.length > 0, required_status_checks: { enforcement_level, contexts } },
      };
    },
  },
  {
    method: 'GET',
    path: 'rules/branches/:branch+',
    right: 'read',
    answer({ repository, params, query }) {
      if (repository.hasNoRules) {
        throw new Refusal(403, 'Upgrade to GitHub Pro or make this repository public to enable this feature.');
      }
      return page(repository.rules.get(params.branch ?? '') ?? [], query);
    },
  },
  {
    method: 'GET',
    path: 'collaborators/:login/permission',
    right: 'write',
    answer: ({ repository, params }) => ({
      permission: repository.permissions.get(params.login ?? '') ?? 'none',
      user: { login: params.login },
    }),
  },
];
