/** Stand-ins for verification: of a task alone, and of several on top of each other. */
import { createHash } from 'node:crypto';
import type { EvidenceKey, VerifyInput, VerifyResult } from '../../activities/verify.ts';
import type { Follower } from '../../workflows/contract/line.ts';
import type { Script } from './script.ts';

const sha = (text: string) => createHash('sha1').update(text).digest('hex');

export function createVerification(script: () => Script, count: (key: string) => number, log: string[]) {
  /** What was green together is not verified again. */
  const known = new Set<string>();
  const nameOf = ({ epicId, taskKey = 'epic' }: { epicId: string; taskKey?: string }) => `${epicId}/${taskKey}`;

  function verifyTogether(members: readonly EvidenceKey[]): boolean {
    const keys = members.map(({ taskKey }) => taskKey);
    const green = script().verifyTogether?.(keys) ?? true;
    log.push(`${keys.join(' ')} together: ${green ? 'green' : 'red'}`);
    if (green) for (const member of members) known.add(nameOf(member));
    return green;
  }

  async function verifyAlone(input: VerifyInput): Promise<boolean> {
    if (known.delete(nameOf(input))) return true;
    const { taskKey = 'epic' } = input;
    return (await script().verify?.(taskKey, count(`verify ${nameOf(input)}`))) ?? true;
  }

  return {
    prepareDetached: async ({ name, followers = [] }: { name: string; followers?: readonly Follower[] }) => {
      const stacked = followers.map((follower) => ({ ...follower, commitSha: sha(name), treeSha: sha(name) }));
      return { worktree: `/w/${name}`, commitSha: sha(name), stacked };
    },
    verify: async (input: VerifyInput): Promise<VerifyResult> => {
      const { countsFor, commitSha } = input;
      const green = countsFor === undefined ? await verifyAlone(input) : verifyTogether(countsFor);
      const checks = [{ name: 'verify', exitCode: green ? 0 : 1 }];
      return { green, checks, treeSha: sha(`tree ${commitSha}`), tookMs: 0 };
    },
  };
}
