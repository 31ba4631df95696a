/** Holds what must not begin while the whole factory is paused (`factory pause --all`). */
import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { FactoryActivities, HostActivities, HostsActivities, ModelActivities } from '../activities/index.ts';
import { passingFailure } from '../clients/failures.ts';
import type { Database } from '../db/connection.ts';
import { pauseWords, readFactoryPause } from '../db/reads/factory-pause.ts';

type Activities = FactoryActivities & ModelActivities & HostsActivities & HostActivities;

/** New work, calls of the model, and all that people see on the forge. What has begun runs to its own end. */
const HELD: readonly (keyof Activities)[] = [
  'requestAdmission',
  'openEpic',
  'claimHost',
  'takeTurn',
  'outlastPause',
  'pushBranch',
  'takeOverEpicBranch',
  'ensureEpicBranch',
  'openPullRequest',
  'reviewPullRequest',
  'answerFeedback',
  'rerunChecks',
  'mergePullRequest',
  'updateBase',
  'deliverResult',
];
export const HELD_WHILE_PAUSED: ReadonlySet<string> = new Set(HELD);

/**
 * Fails the attempt while the row is there, and Temporal tries again: no event in any history, nothing that a restart could
 * forget, and nobody who was paused otherwise goes on with the row. A cancellation ends the wait at once.
 * Fails: FactoryPaused (retried without end).
 */
export const holdWhilePaused =
  (db: Database): ActivityInterceptorsFactory =>
  (context: Context) => ({
    inbound: {
      async execute(input, next) {
        if (!HELD_WHILE_PAUSED.has(context.info.activityType)) return next(input);
        const pause = await readFactoryPause(db);
        if (pause === null) return next(input);
        throw passingFailure('FactoryPaused', pauseWords(pause), {
          nextRetryDelay: LOOK_AGAIN,
          category: 'BENIGN',
          details: [{ since: pause.since }],
        });
      },
    },
  });

/** How soon work goes on once the pause is over. */
const LOOK_AGAIN = '5s';
