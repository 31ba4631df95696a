/** Hosts that signed off: work that waits for one moves at once, instead of at a time-out. */
import { isCancellation, log } from '@temporalio/workflow';
import { factory } from './activities.ts';
import { HostLeaves, hostLeavesSignal } from './contract/host-leaves.ts';
import type { Placement } from './contract/placement.ts';
import type { Handlers } from './handlers.ts';

/** Which placements were left by their hosts. Call `listen` before the workflow's first await, with the other handlers. */
export function createHostDepartures() {
  const left = new Map<string, string>();

  /** Asks whatever runs at the moment, so that the commands do not depend on when the signal is handed out. */
  async function look(placement: HostLeaves): Promise<void> {
    const { host } = placement;
    const status = await factory.hostStatus(`has host ${host} left?`, { host });
    if (status.lost) left.set(keyOf(placement), `Host ${host} signed off at ${status.lastSeenAt}`);
  }

  return {
    listen({ onSignal }: Handlers): void {
      onSignal(hostLeavesSignal, HostLeaves, (placement) => {
        look(placement).catch((error: unknown) => {
          // The work itself finds out by its time-out.
          if (!isCancellation(error)) log.warn(`Whether host ${placement.host} has left is not known`, { error });
        });
      });
    },

    /** Why the placement is lost, once it is. */
    whyLeft: (placement: Placement): string | undefined => left.get(keyOf(placement)),
  };
}

const keyOf = ({ host, epoch }: HostLeaves): string => `${epoch} ${host}`;

export type HostDepartures = ReturnType<typeof createHostDepartures>;
