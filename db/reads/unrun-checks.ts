/** Checks that a commit still lacks: a verification under way, or one that ended early, has some results and not all. */
import type { EpicSettings } from '../../workflows/contract/settings.ts';
import type { Database } from '../connection.ts';

interface Found {
  readonly commitSha: string;
  readonly check: string;
  readonly policyHash: string | null;
}

/** `checks` are names of the policy in force, in its order. */
interface Unrun {
  readonly commitSha: string;
  readonly checks: string[];
}

/** Returns what tells of each commit that was verified under the epic's policy in force, and has no result of some check. */
export async function readUnrun(db: Database, epicId: string): Promise<(found: readonly Found[]) => Unrun[]> {
  const row = await db.selectFrom('epics').select('settings').where('id', '=', epicId).executeTakeFirst();
  return unrunUnder((row?.settings ?? null) as EpicSettings | null);
}

/** Nothing is said of results from under another policy: its checks are not known here. */
export const unrunUnder =
  (settings: Pick<EpicSettings, 'policyHash' | 'policy'> | null) =>
  (found: readonly Found[]): Unrun[] => {
    const names = settings?.policy.verify.map(({ name }) => name) ?? [];
    const commits = Map.groupBy(
      found.filter(({ policyHash }) => policyHash !== null && policyHash === settings?.policyHash),
      ({ commitSha }) => commitSha,
    );
    return [...commits].flatMap(([commitSha, results]) => {
      const checks = names.filter((name) => results.every(({ check }) => check !== name));
      return checks.length === 0 ? [] : [{ commitSha, checks }];
    });
  };
