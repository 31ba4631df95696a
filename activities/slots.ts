/** Slots on hosts: claimed by whichever host polls first, given back when a task or epic leaves. */
import { Context } from '@temporalio/activity';
import { finalFailure, passingFailure } from '../clients/failures.ts';
import type { Database } from '../db/connection.ts';
import { countRoomElsewhere, LOST_AFTER_SECONDS, readHostSeen } from '../db/reads/hosts.ts';
import { type AskedIn, type Claim, claimHost, releaseHost } from '../db/writes/hosts.ts';
import type { Placement } from '../workflows/contract/placement.ts';
import { numberRun } from './run-number.ts';

export interface ClaimHostInput {
  /** The workflow id of the task or epic. */
  readonly holder: string;
  /** 0, or the epoch of the placement that was lost. */
  readonly afterEpoch: number;
  /** The epic's: 1 the most urgent, 0 none and after 4. */
  readonly priority?: number;
  /** It has the turn to merge into its branch, and takes a slot beyond the host's capacity. */
  readonly hasTurn?: boolean;
}

export interface HostStatus {
  /** Nothing is to be waited for there: it is silent, or it has signed off and another host has room. */
  readonly lost: boolean;
  readonly lastSeenAt: string;
  readonly hasLeft: boolean;
}

export function createClaimActivities({ db, host }: { db: Database; host: string }) {
  return {
    /**
     * Claims a slot on the host that runs this activity, for the first in order of all that wait.
     * Idempotent: what an earlier try was granted is returned, on whichever host it is. Another run, or a later step, gets a
     * higher epoch, which fences off what the former placement may still do.
     * Fails: HostBusy (retried after a second, perhaps by another host), RunOvertaken (retried); PlacedAgain (final) where
     * Temporal has long given the claim to another host.
     * Runs on: hosts.
     */
    async claimHost(wanted: ClaimHostInput): Promise<Placement> {
      const claim = await claimHost(db, { ...wanted, host, asked: await askedIn(db) });
      if (claim.kind === 'late')
        throw finalFailure('PlacedAgain', `${wanted.holder} was placed meanwhile; this claim is late`);
      if (claim.kind === 'placed') {
        const { epoch, sandbox } = claim;
        return { host: claim.host, epoch, ...(sandbox === null ? {} : { sandbox }) };
      }
      throw passingFailure('HostBusy', `Host ${host} has no slot: ${whyNot(claim)}`, { nextRetryDelay: '1s' });
    },
  };
}

export function createSlotActivities({ db }: { db: Database }) {
  return {
    /**
     * Gives the holder's slot back.
     * Idempotent: a slot that was given back, or never held, stays as it is, and so does one that was claimed later.
     * Runs on: factory.
     */
    async releaseHost({ holder }: { holder: string }): Promise<void> {
      await releaseHost(db, { holder, asked: await askedIn(db) });
    },

    /**
     * Tells a host that is gone from one that is busy or only restarts, by when it last reported and whether it signed off.
     * Idempotent: it only reads.
     * Runs on: factory.
     */
    async hostStatus({ host }: { host: string }): Promise<HostStatus> {
      const seen = await readHostSeen(db, host);
      if (seen === undefined) return { lost: true, lastSeenAt: 'no time at all', hasLeft: false };
      const { secondsAgo, hasLeft } = seen;
      const lost = secondsAgo > LOST_AFTER_SECONDS || (hasLeft && (await countRoomElsewhere(db, host)) > 0);
      return { lost, lastSeenAt: seen.lastSeenAt.toISOString(), hasLeft };
    },
  };
}

/** Where in the life of its holder this activity was asked for. The SDK numbers the activities of a run. */
async function askedIn(db: Database): Promise<AskedIn> {
  const { generation } = await numberRun(db);
  return { generation, step: Number(Context.current().info.activityId) };
}

function whyNot(claim: Exclude<Claim, { kind: 'placed' | 'late' }>): string {
  if (claim.kind === 'full') return 'all its slots are taken';
  if (claim.kind === 'not-first') return 'others come first';
  return claim.kind === 'closed' ? claim.reason : 'it has not reported yet';
}
