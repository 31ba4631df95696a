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

/** What a round passes on within its time limit, with room; the next round goes on with the rest. */
const MOST_PASSED_ON = 500;

export interface PollDependencies {
  readonly db: Database;
  readonly temporal: Client;
  readonly tracker: Tracker | undefined;
}

export function createPollTracker({ db, temporal, tracker }: PollDependencies) {
  return {
    /**
     * Passes on the issues that ask to be built or have an open epic and changed since the last look: what changed first
     * comes first, so that a round which has too many to pass on leaves the rest to the next.
     * Idempotent: an intake looks for itself, and the mark moves on only to the newest that was passed on.
     * Fails: NotAuthenticated, RateLimited, TrackerUnavailable, and when Temporal does not answer (retried).
     * Runs on: factory.
     */
    pollTracker: (_: Record<string, never>): Promise<{ changed: number }> =>
      withHeartbeat(async () => {
        if (tracker === undefined) return { changed: 0 };
        const last = await readPolled(db, 'linear');
        const from = last === undefined ? {} : { since: new Date(last.seenUntil.getTime() - OVERLAP_MS).toISOString() };
        const listed = await tracker.listChanged({ ...from, known: await openIssues(db) });
        const passed = new Set(last?.passed);
        const changed = listed
          .filter((one) => !passed.has(nameOf(one)))
          .toSorted((a, b) => timeOf(a) - timeOf(b))
          .slice(0, MOST_PASSED_ON);
        const ids = [...new Set(changed.map(({ id }) => id))];
        for (const issueId of ids) {
          await temporal.workflow.signalWithStart('intakeWorkflow', intakeStartOptions({ issueId }));
        }
        if (changed.length > 0) {
          for (const one of changed) passed.add(nameOf(one));
          const done = listed.filter((one) => passed.has(nameOf(one)));
          const newest = Math.max(last?.seenUntil.getTime() ?? 0, ...done.map(timeOf));
          const again = done.filter((one) => timeOf(one) >= newest - OVERLAP_MS);
          await writePolled(db, 'linear', new Date(newest), again.map(nameOf));
        }
        return { changed: ids.length };
      }),
  };
}

const timeOf = ({ updatedAt }: Changed): number => Date.parse(updatedAt);
const nameOf = ({ id, updatedAt }: Changed) => `${id} ${updatedAt}`;
