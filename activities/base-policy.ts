/** factory.yaml of the base branch at this moment, for an epic under way that may adopt it. */
import { ApplicationFailure } from '@temporalio/activity';
import type { Config } from '../config/config.ts';
import type { Database } from '../db/connection.ts';
import { writePin } from '../db/writes/pins.ts';
import type { PolicyNews } from '../workflows/contract/policy.ts';
import type { EpicSettings } from '../workflows/contract/settings.ts';
import { policyChanges, weakerIn } from './compare-policies.ts';
import type { Forge } from './forge/forge.ts';
import { withHeartbeat } from './heartbeat.ts';
import { readRepository } from './repository.ts';

export interface BasePolicyDependencies {
  readonly db: Database;
  readonly config: Pick<Config, 'limits'>;
  readonly forge: Pick<Forge, 'openRepository' | 'readFiles' | 'listPaths'>;
}

export interface ReadBasePolicyInput
  extends Pick<EpicSettings, 'repository' | 'baseBranch' | 'policy' | 'policyHash' | 'firstPolicy'> {
  /** The limit of parallel tasks in the epic's input; it wins over the file's. */
  readonly concurrency?: number;
}

export function createBasePolicyActivities({ db, config, forge }: BasePolicyDependencies) {
  return {
    /**
     * Reads factory.yaml of the base branch as a new epic would, and compares it with the pinned one. Returns `broken`
     * with the reason for a file that is not valid and for a base that cannot be used: the epic goes on without it.
     * Idempotent: what it stores is keyed by its content.
     * Fails: ForgeUnavailable, GitFailed (retried).
     * Runs on: factory.
     */
    readBasePolicy: (input: ReadBasePolicyInput): Promise<PolicyNews> =>
      withHeartbeat(async () => {
        const { repository, baseBranch, policy: pinned, firstPolicy = pinned } = input;
        try {
          const { headSha: baseSha, text, policy } = await readRepository(forge, { repository, baseBranch });
          const policyHash = await writePin(db, 'policy', text ?? '');
          const changes = policyChanges(pinned, policy);
          // Another comment makes no other policy.
          if (policyHash === input.policyHash || changes.length === 0) return { kind: 'same', baseSha };
          return {
            kind: 'differs',
            baseSha,
            policy,
            policyHash,
            changes,
            concurrency: input.concurrency ?? policy.concurrency ?? config.limits.tasks,
            weaker: weakerIn(pinned, policy),
            weakerThanFirst: weakerIn(firstPolicy, policy),
          };
        } catch (error) {
          // Temporal retries the others.
          if (!(error instanceof ApplicationFailure) || error.nonRetryable !== true) throw error;
          return { kind: 'broken', reason: error.message };
        }
      }),
  };
}
