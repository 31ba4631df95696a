/** Stand-ins for verification: of a task alone, and of several on top of each other. */
import type { VerifyResult } from '../../activities/verify.ts';
import type { PrepareDetachedInput } from '../../activities/worktree/worktree.ts';
import type { VerifyInput } from '../../workflows/contract/verification.ts';
import { sha } from './names.ts';
import type { Script } from './script.ts';

/** The commit after `mergeTarget`. */
export const mergedHead = (taskKey: string, commitSha: string): string => sha(`head ${taskKey} ${commitSha}`);
export const treeOf = (headSha: string): string => sha(`tree ${headSha}`);

export function createVerification(script: () => Script, count: (key: string) => number, log: string[]) {
  /** Who lies on top of whom, by the commit that holds them. */
  const stacks = new Map<string, readonly string[]>();

  return {
    prepareDetached: async ({
      name,
      followers = [],
      goesWithHost,
    }: Pick<PrepareDetachedInput, 'name' | 'followers' | 'goesWithHost'>) => {
      const keys = [name.replace('together-', ''), ...followers.map(({ taskKey }) => taskKey)];
      const commitSha = sha(keys.join());
      if (followers.length > 0) stacks.set(commitSha, keys);
      const stacked = followers.map((follower) => {
        const treeSha = treeOf(mergedHead(follower.taskKey, follower.headSha));
        return { ...follower, commitSha, treeSha };
      });
      return { worktree: `/w/${name}`, commitSha, stacked, ...(goesWithHost === true ? { goesWithHost } : {}) };
    },

    verify: async ({
      epicId,
      taskKey = 'epic',
      commitSha,
      policyHash,
      coveredBy,
      asBase,
      inspects,
    }: VerifyInput): Promise<VerifyResult> => {
      if (asBase !== undefined) {
        log.push(`verify the base of ${taskKey}`);
        const exitCode = script().isBaseRed?.(taskKey, policyHash) === true ? 127 : 0;
        const checks = [{ name: 'verify', exitCode, ...(exitCode === 0 ? {} : { said: 'verify: not found' }) }];
        return { green: exitCode === 0, checks, treeSha: treeOf(commitSha), tookMs: 1 };
      }
      log.push(`verify ${taskKey} under ${policyHash}`);
      const stack = stacks.get(commitSha);
      const isCovered = coveredBy !== undefined && stacks.get(coveredBy.commitSha)?.includes(taskKey) === true;
      const green =
        isCovered ||
        (stack === undefined
          ? await script().verify?.(taskKey, count(`verify ${epicId}/${taskKey}`), policyHash)
          : script().verifyTogether?.(stack)) !== false;
      if (stack !== undefined) log.push(`${stack.join(' ')} together: ${green ? 'green' : 'red'}`);
      const checks = [{ name: 'verify', exitCode: green ? 0 : 1 }];
      const ignoredFiles = script().ignoredFiles?.(taskKey);
      const found = ignoredFiles === undefined ? {} : { ignoredFiles };
      const verified = { green, checks, treeSha: treeOf(commitSha), tookMs: 1, ...found };
      if (!green || inspects === undefined) return verified;
      return { ...verified, inspection: script().inspect?.(taskKey, count(`inspect ${epicId}/${taskKey}`)) ?? {} };
    },
  };
}
