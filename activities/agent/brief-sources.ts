/** What briefs take from the host's git: the files that an epic starts from, and the change under review. */
import { git, gitResult } from '../../clients/git/git.ts';
import { type GitHost, openRepository } from '../../clients/git/repository.ts';
import { ignoredFiles } from '../worktree/ignored-files.ts';
import { uncommitted } from '../worktree/snapshot.ts';
import { headOf, openWorktree, worktreeAt } from '../worktree/worktree-state.ts';
import type { BriefSources } from './write-brief.ts';

/** A larger change is cut for the brief anyway; the reviewer has the worktree. */
const DIFF_BYTES = 2_000_000;
const FILES_SHOWN = 60;
/** No driver of a repository's own, and submodules too. */
const DIFF = ['diff', '--no-color', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none'];

export function createBriefSources(host: GitHost): BriefSources {
  return {
    async files({ repository, epicId, worktree }, signal) {
      const bare = await openRepository(host, repository, signal);
      const names = await git(worktreeAt(bare, epicId, worktree).repo, ['ls-tree', '-r', '--name-only', '-z', 'HEAD']);
      return names.split('\0').filter((name) => name !== '');
    },

    async tree(input, baseSha, signal) {
      const worktree = await openWorktree(host, input, signal);
      const head = await headOf(worktree);
      const options = [...DIFF, '--stat=120', `--stat-count=${FILES_SHOWN}`];
      const committed = await git(worktree.bare, [...options, baseSha, head.sha]);
      const rest = await uncommitted(worktree, head);
      const shown = rest.slice(0, FILES_SHOWN).join(', ');
      const more = rest.length > FILES_SHOWN ? ` and ${rest.length - FILES_SHOWN} more` : '';
      return `${committed}${rest.length === 0 ? '' : `\nnot committed yet: ${shown}${more}`}`.trim();
    },

    ignored: async (input, signal) => await ignoredFiles(await openWorktree(host, input, signal)),

    async diff({ repository }, { baseSha, headSha }, signal) {
      const bare = await openRepository(host, repository, signal);
      const args = [...DIFF, `${baseSha}...${headSha}`];
      const result = await gitResult(bare, args, { maxBytes: DIFF_BYTES });
      if (result.exitCode === 0 || result.truncated) return result.stdout;
      // The same again, for its failure in our words.
      return git(bare, args);
    },

    async since({ repository }, { baseSha, headSha }, signal) {
      const bare = await openRepository(host, repository, signal);
      const result = await gitResult(bare, [...DIFF, baseSha, headSha], { maxBytes: DIFF_BYTES });
      return result.exitCode === 0 || result.truncated ? result.stdout : '';
    },
  };
}
