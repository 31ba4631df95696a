/** Takes the checkpoints of epics that closed long ago off their forge, where nobody needs them any more. */
import { Context } from '@temporalio/activity';
import type { Database } from '../../db/connection.ts';
import { unsweptEpics } from '../../db/reads/unswept-epics.ts';
import { noteSwept } from '../../db/writes/epics.ts';
import type { Forge } from './forge.ts';

/** How long after an epic's end what is in no branch of it stays: checkpoints on the forge, journals on hosts. */
export const KEPT_DAYS = 30;
/** Of one run and repository, so that it does not keep the next run waiting. */
const MOST_AT_ONCE = 10;

export interface SweepDependencies {
  readonly db: Database;
  readonly forge: Pick<Forge, 'removeCheckpoints'>;
  /** Names of those that are configured. */
  readonly repositories: readonly string[];
}

/**
 * Returns the number of epics swept. Idempotent: what is gone is not missed. A repository that cannot be reached is
 * asked again by the next run: nothing else waits for this.
 */
export function createSweep({ db, forge, repositories }: SweepDependencies) {
  async function sweepRepository(repository: string, signal: AbortSignal): Promise<number> {
    const epics = await unsweptEpics(db, { repository, days: KEPT_DAYS, limit: MOST_AT_ONCE });
    for (const [swept, epicId] of epics.entries()) {
      try {
        await forge.removeCheckpoints({ repository, epicId }, signal);
      } catch (error) {
        signal.throwIfAborted();
        Context.current().log.warn(`The checkpoints of ${epicId} stay in ${repository} until the next sweep`, {
          error,
        });
        return swept;
      }
      await noteSwept(db, epicId);
    }
    return epics.length;
  }

  return async function sweep(signal: AbortSignal): Promise<number> {
    let swept = 0;
    for (const repository of repositories) swept += await sweepRepository(repository, signal);
    return swept;
  };
}
