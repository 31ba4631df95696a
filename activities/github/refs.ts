/** Refs of a repository on GitHub that are no branches. */
import { isGitHubFailure } from '../../clients/github/failures.ts';
import type { GitHubRepo } from './repo.ts';

/** Takes away every ref whose name begins with `prefix`, such as `refs/factory/checkpoints/shop/`. */
export async function removeRefs(repo: GitHubRepo, prefix: string, signal?: AbortSignal): Promise<void> {
  const path = `${repo.at}/git/matching-refs/${prefix.replace(/^refs\//, '')}`;
  const { body } = await repo.call<{ ref: string }[]>({ path, signal });
  for (const { ref } of body) {
    try {
      await repo.call({ method: 'DELETE', path: `${repo.at}/git/${ref}`, signal });
    } catch (error) {
      // Somebody else was faster.
      if (!isGitHubFailure(error, 'ref-missing', 'not-found')) throw error;
    }
  }
}
