/** What briefs take from the host's git: the files that an epic starts from, and the change under review. */
import { git, gitResult } from '../git/git.ts';
import { type GitHost, openRepository } from '../git/repository.ts';
import { worktreeAt } from '../git/worktree-state.ts';
import type { BriefSources } from './write-brief.ts';

/** A larger change is cut for the brief anyway; the reviewer has the worktree. */
const DIFF_BYTES = 2_000_000;

export function createBriefSources(host: GitHost): BriefSources {
  return {
    async files({ repository, epicId, worktree }, signal) {
      const bare = await openRepository(host, repository, signal);
      const names = await git(worktreeAt(bare, epicId, worktree).place, ['ls-tree', '-r', '--name-only', '-z', 'HEAD']);
      return names.split('\0').filter((name) => name !== '');
    },

    async diff({ repository }, { baseSha, headSha }, signal) {
      const bare = await openRepository(host, repository, signal);
      const args = ['diff', '--no-color', '--no-ext-diff', '--no-textconv', `${baseSha}...${headSha}`];
      const result = await gitResult(bare, args, { maxBytes: DIFF_BYTES });
      if (result.exitCode === 0 || result.truncated) return result.stdout;
      // The same again, for its failure in our words.
      return git(bare, args);
    },
  };
}
