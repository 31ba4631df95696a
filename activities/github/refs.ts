/** Refs of a repository on GitHub that are no branches. */
import { isGitHubFailure } from '../../clients/github/failures.ts';
import type { GitHubPlace } from './place.ts';

/** Takes away every ref whose name begins with `prefix`, such as `refs/factory/checkpoints/shop/`. */
export async function removeRefs(place: GitHubPlace, prefix: string, signal?: AbortSignal): Promise<void> {
  const path = `${place.at}/git/matching-refs/${prefix.replace(/^refs\//, '')}`;
  const { body } = await place.call<{ ref: string }[]>({ path, signal });
  for (const { ref } of body) {
    try {
      await place.call({ method: 'DELETE', path: `${place.at}/git/${ref}`, signal });
    } catch (error) {
      // Somebody else was faster.
      if (!isGitHubFailure(error, 'ref-missing', 'not-found')) throw error;
    }
  }
}
