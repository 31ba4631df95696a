/** What workflows ask of the tracker. */
import type { Client } from '@temporalio/client';
import type { Config } from '../../config/config.ts';
import type { Database } from '../../db/connection.ts';
import { createLinear } from './linear.ts';
import { createPollTracker } from './poll.ts';
import { createTakeIssue } from './take-issue.ts';
import { createIssueTalk } from './talk.ts';

export interface TrackerDependencies {
  readonly db: Database;
  readonly temporal: Client;
  readonly config: Pick<Config, 'linear' | 'repositories'>;
}

export function createTrackerActivities({ db, temporal, config: { linear, repositories } }: TrackerDependencies) {
  const tracker = linear === undefined ? undefined : createLinear(linear);
  const rules = linear === undefined ? undefined : { ...linear, repositoryNames: Object.keys(repositories) };
  return {
    ...createTakeIssue({ db, temporal, tracker, rules }),
    ...createPollTracker({ db, temporal, tracker }),
    ...createIssueTalk({ db, temporal, tracker }),
  };
}
