/** Slots on hosts: claimed by whichever host polls first, given back when a task or epic leaves. */
import { Context } from '@temporalio/activity';
import type { Database } from '../db/connection.ts';
import { claimSlot, readHostSeen, releaseSlot } from '../db/writes/hosts.ts';
import type { Placement } from '../workflows/contract/task.ts';
import { failure, finalFailure } from './failures.ts';

export interface ClaimHostInput {
  /** The workflow id of the task or epic. */
  readonly holder: string;
  /** 0, or the epoch of the placement that was lost. */
  readonly afterEpoch: number;
  /** It has the turn to merge into its branch, and takes a slot beyond the host's capacity. */
  readonly hasTurn?: boolean;
}

export interface HostStatus {
  readonly lost: boolean;
  readonly lastSeenAt: string;
}

/** Worker processes report every five seconds; this many missed reports and some. */
const LOST_AFTER_SECONDS = 30;

export function createClaimActivities({ db, host }: { db: Database; host: string }) {
  return {
    /**
     * Claims a slot on the host that runs this activity.
     * Idempotent: a placement that is held with an epoch above `afterEpoch` is returned, on whichever host it is.
     * Fails: HostBusy (retried after a second, perhaps by another host); NotAllowedNow (final) where Temporal has long
     * given the claim to another host.
     * Runs on: hosts.
     */
    async claimHost({ holder, afterEpoch, hasTurn = false }: ClaimHostInput): Promise<Placement> {
      const askedAt = new Date(Context.current().info.currentAttemptScheduledTimestampMs);
      const claim = await claimSlot(db, { holder, afterEpoch, host, askedAt, hasTurn });
      if (claim.kind === 'late')
        throw finalFailure('NotAllowedNow', `${holder} was placed meanwhile; this claim is late`);
      if (claim.kind === 'placed') {
        const { epoch, sandbox } = claim;
        return { host: claim.host, epoch, ...(sandbox === null ? {} : { sandbox }) };
      }
      const reason = claim.kind === 'full' ? `all ${claim.capacity} slots are taken` : 'it has not reported yet';
      throw failure('HostBusy', `Host ${host} has no slot: ${reason}`, { nextRetryDelay: '1s' });
    },
  };
}

export function createPlaceActivities({ db }: { db: Database }) {
  return {
    /**
     * Gives the holder's slot back.
     * Idempotent: a slot that was given back, or never held, stays as it is.
     * Runs on: factory.
     */
    async releaseHost({ holder }: { holder: string }): Promise<void> {
      await releaseSlot(db, holder);
    },

    /**
     * Tells a host that is gone from one that is busy, by when it last reported.
     * Runs on: factory.
     */
    async hostStatus({ host }: { host: string }): Promise<HostStatus> {
      const seen = await readHostSeen(db, host);
      if (seen === undefined) return { lost: true, lastSeenAt: 'no time at all' };
      return { lost: seen.secondsAgo > LOST_AFTER_SECONDS, lastSeenAt: seen.lastSeenAt.toISOString() };
    },
  };
}
