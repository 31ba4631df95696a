/** A task’s or epic’s host: a slot there, claimed when work is due and given back when it waits for a person. */
import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import { factory, hosts, hostsAwaited, onHost } from './activities.ts';
import type { LeaveHostInput, LeaveHostResult, Placement } from './contract/placement.ts';
import type { Hold } from './contract/states.ts';
import { detailsOf, failureMessage, failureType } from './failure.ts';
import type { HostDepartures } from './host-departures.ts';
import { runUntil } from './run-until.ts';

/**
 * Does the work by activities of the host. `begun` belongs into the input of an activity that runs commands: with it work
 * that is scheduled again goes on with what the first activity began.
 */
export type HostWork<T> = (host: ReturnType<typeof onHost>, begun: { readonly begun?: string }) => Promise<T>;

interface HostWorkOptions {
  readonly onBusy?: (busy: boolean) => void;
  readonly activitiesOf?: typeof onHost;
  /** Hosts that signed off, as far as the workflow knows. */
  readonly departures?: HostDepartures | undefined;
}

/**
 * Runs work on a host. A host that signs off ends the wait at once. Temporal says the same for a host that is gone and one
 * that is busy (schedule-to-start), so the hosts table decides: busy → the work is scheduled again and `onBusy` says so;
 * gone → HostLost.
 */
export async function runOnHost<T>(
  placement: Placement,
  work: HostWork<T>,
  { onBusy = () => {}, activitiesOf = onHost, departures }: HostWorkOptions = {},
): Promise<T> {
  const whyLeft = () => departures?.whyLeft(placement);
  let first: string | undefined;
  for (;;) {
    try {
      if (whyLeft() !== undefined) throw hostLost(whyLeft(), true);
      const done = await runUntil(
        () => whyLeft() !== undefined,
        () => work(activitiesOf(placement.host), first === undefined ? {} : { begun: first }),
      );
      if (done === undefined) throw hostLost(whyLeft(), true);
      onBusy(false);
      return done.result;
    } catch (error) {
      if (!isScheduleToStart(error)) throw error;
      first ??= error.activityId;
      const status = await factory.hostStatus(`is host ${placement.host} alive?`, { host: placement.host });
      if (status.lost) throw hostLost(`Host ${placement.host} was last seen at ${status.lastSeenAt}`, status.hasLeft);
      onBusy(true);
    }
  }
}

const hostLost = (reason: string | undefined, hasLeft: boolean) =>
  ApplicationFailure.nonRetryable(reason, 'HostLost', { hasLeft });

/** True when the host signed off, as a restarted host does: the work there did not bring it down. */
export const hasSignedOff = (error: unknown): boolean =>
  detailsOf(error).some((detail) => (detail as { hasLeft?: boolean } | null)?.hasLeft === true);

function isScheduleToStart(error: unknown): error is ActivityFailure {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof TimeoutFailure &&
    error.cause.timeoutType === 'SCHEDULE_TO_START'
  );
}

/**
 * Claims a slot as `holder` (a workflow id), after the given epoch; waits while every host is full. Who has the turn to
 * merge does not wait: all slots may be held by those who wait for the turn. With `isAwaited`, a cancelled claim ends only
 * when it can be granted nothing any more; a slot that was granted until then is the caller's to give back.
 */
export async function claimHost(
  holder: string,
  afterEpoch: number,
  onHold: (hold: Hold | undefined) => void,
  wish: { readonly priority: number; readonly hasTurn?: boolean; readonly isAwaited?: boolean },
): Promise<Placement> {
  onHold({ kind: 'host', reason: 'waits for a free slot on a host', since: new Date().toISOString() });
  const { priority, hasTurn = false, isAwaited = false } = wish;
  const claims = isAwaited ? hostsAwaited : hosts;
  const placement = await claims.claimHost(`a host for ${holder}`, { holder, afterEpoch, priority, hasTurn });
  onHold(undefined);
  return placement;
}

/**
 * Nothing of a task or epic runs on once it left; what a lost host still runs ends at its own time limit. Nobody's end
 * waits for a host that cannot do it: `say` hears what stays there, and the slot is given back without the host.
 */
export async function leaveHost(
  placement: Placement,
  leaving: Omit<LeaveHostInput, 'placement'>,
  { departures, say }: { departures: HostDepartures; say: (what: string, reason: string) => void },
): Promise<void> {
  const { holder, worktree, detached } = leaving;
  const sayStays = (reason: string, name = worktree?.name) =>
    say(`worktree ${name} stays on host ${placement.host}`, reason);
  try {
    const leave: HostWork<LeaveHostResult> = (host) =>
      host.leaveHost(`${holder} leaves host ${placement.host}`, { ...leaving, placement });
    const left = await runOnHost(placement, leave, { departures });
    if (left.worktree?.removed === false) sayStays(left.worktree.reason ?? 'unknown');
    if (left.detached?.removed === false) sayStays(left.detached.reason ?? 'unknown', detached?.name);
    if (left.released) return;
  } catch (error) {
    if (isCancellation(error)) throw error;
    if (failureType(error) !== 'HostLost') {
      say(`commands or a worktree may still be on host ${placement.host}`, failureMessage(error));
    } else if (worktree !== undefined) {
      sayStays(failureMessage(error));
    }
  }
  await releaseHost(holder);
}

export const releaseHost = (holder: string): Promise<unknown> =>
  factory.releaseHost(`${holder} leaves its host`, { holder });
