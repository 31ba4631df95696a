/** Looks for issues that changed while nobody told us. */
import type { Client } from '@temporalio/client';
import type { Database } from '../../db/connection.ts';
import { openIssues, readPolled } from '../../db/reads/tracker.ts';
import { writePolled } from '../../db/writes/tracker.ts';
import { intakeStartOptions } from '../../workflows/contract/tracker.ts';
import { withHeartbeat } from '../heartbeat.ts';
import type { Changed, Tracker } from './tracker.ts';

/** The tracker's clock and ours may differ, and what it wrote a moment ago may not be listed yet. */
const OVERLAP_MS = 60_000;

export interface PollDependencies {
  readonly db: Database;
  readonly temporal: Client;
  readonly tracker: Tracker | undefined;
}

export function createPollTracker({ db, temporal, tracker }: PollDependencies) {
  return {
    /**
     * Passes on every issue that asks to be built or has an open epic and changed since the last look.
     * Idempotent: an intake looks for itself, and the mark moves on only when all were passed on.
     * Fails: NotAuthenticated, RateLimited, TrackerUnavailable, and when Temporal does not answer (retried).
     * Runs on: factory.
     */
    pollTracker: (_: Record<string, never>): Promise<{ changed: number }> =>
      withHeartbeat(async () => {
        if (tracker === undefined) return { changed: 0 };
        const last = await readPolled(db, 'linear');
        const from = last === undefined ? {} : { since: new Date(last.seenUntil.getTime() - OVERLAP_MS).toISOString() };
        const listed = await tracker.listChanged({ ...from, known: await openIssues(db) });
        const changed = listed.filter((one) => last?.passed.includes(nameOf(one)) !== true);
        const ids = [...new Set(changed.map(({ id }) => id))];
        for (const issueId of ids) {
          await temporal.workflow.signalWithStart('intakeWorkflow', intakeStartOptions({ issueId }));
        }
        const newest = Math.max(...listed.map(({ updatedAt }) => Date.parse(updatedAt)));
        if (changed.length > 0) {
          const again = listed.filter(({ updatedAt }) => Date.parse(updatedAt) >= newest - OVERLAP_MS);
          await writePolled(db, 'linear', new Date(newest), again.map(nameOf));
        }
        return { changed: ids.length };
      }),
  };
}

const nameOf = ({ id, updatedAt }: Changed) => `${id} ${updatedAt}`;
