/** Closes the pull requests of epics that were ended from outside: no workflow is left that would. */
import { Context } from '@temporalio/activity';
import type { Database } from '../../db/connection.ts';
import { abandonedPullRequests } from '../../db/reads/abandoned-pull-requests.ts';
import { endAbandoned, sayOfAbandoned } from '../../db/writes/abandoned-pull-requests.ts';
import { closeWithWord } from './close-pull-request.ts';
import type { Forge } from './forge.ts';

/** A forge that refuses for so long does not take it any more. */
const TRIED_FOR_DAYS = 1;

/**
 * Returns how many were closed. Idempotent: a closed one is not found again. One that the forge refuses or is away for
 * stays for the next run, and the decision log says so once.
 */
export function createCloseAbandoned({
  db,
  forge,
}: {
  db: Database;
  forge: Pick<Forge, 'readPullRequest' | 'comment' | 'close'>;
}) {
  return async function closeAbandoned(signal: AbortSignal): Promise<number> {
    let closed = 0;
    for (const abandoned of await abandonedPullRequests(db, TRIED_FOR_DAYS)) {
      signal.throwIfAborted();
      const { repository, number, epicTitle } = abandoned;
      const comment = `The epic “${epicTitle}” was ended in Temporal, so this is not going to be merged.`;
      try {
        await endAbandoned(db, abandoned, await closeWithWord(forge, { repository, number, comment }, signal));
        closed += 1;
      } catch (error) {
        signal.throwIfAborted();
        Context.current().log.warn(`Pull request #${number} of ${repository} stays open until the next try`, { error });
        await sayOfAbandoned(db, abandoned, 'stays open', (error as Error).message);
      }
    }
    return closed;
  };
}
