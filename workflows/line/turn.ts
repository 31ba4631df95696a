/** A member's side of the line: its turn to merge is asked for, held and given back. */
import { CancellationScope, uuid4, workflowInfo } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import {
  type Follower,
  GrantTurn,
  grantTurnSignal,
  type LeaveTurn,
  type LineTarget,
  type Merging,
  type Proof,
  type Together,
} from '../contract/line.ts';
import type { Handlers } from '../handlers.ts';
import { askTurnAgainMs, SETTLING_MS } from '../options.ts';
import type { RunEnd } from '../run-end.ts';
import { leaveTurn, type MemberData, noteTogether, takePosition } from './member-state.ts';

/** What a member may do in its turn. */
export interface Granted {
  /** False when a conflict is not this member's to settle yet: it then asks again as `isBehind`. */
  readonly settles: boolean;
  /** Whose work may be verified together with its own. */
  readonly followers: readonly Follower[];
  /** It was verified together with others, and they still follow it. */
  readonly proof: Proof | undefined;
}

export interface Turn {
  /**
   * Waits for the turn. A member that has it already learns what it allows by now. Read the answer when it is needed: it changes
   * when the turn is given back and taken again.
   */
  take(isBehind?: boolean): Promise<Granted>;
  /** Keeps a result, which the line is told when the turn is given back. */
  tellTogether(together: Together): void;
  /** Gives it back, if it is held or asked for; one that settles a conflict is waited for until it leaves once more. */
  leave(settles?: boolean): Promise<void>;
  /** Does `work`, which is handed how the turn is given back, and returns whether it did that. */
  leaveWith<T extends { readonly hasLeft: boolean }>(work: (leave: LineTarget & LeaveTurn) => Promise<T>): Promise<T>;
  readonly isTaken: () => boolean;
}

export interface Member {
  readonly data: MemberData;
  /** The run may end while the turn is waited for. */
  readonly runEnd: RunEnd;
  readonly target: () => LineTarget & { readonly priority: number; readonly merging?: Merging };
}

/** Runs what may take a person months, a pause too, without holding the turn. */
export async function withoutTurn<T>(turn: Turn | undefined, work: () => Promise<T>): Promise<T> {
  const hadTurn = turn?.isTaken() === true;
  if (hadTurn) await turn.leave();
  const result = await work();
  if (hadTurn) await turn.take();
  return result;
}

/** Registers the handler; call before the workflow's first await. */
export function createTurn({ onSignal }: Handlers, { data, runEnd, target }: Member): Turn {
  const { runId: run, workflowId: member } = workflowInfo();
  // A random number and not the run, which is another one when a reset run replays what its former one did.
  let active = data.lineTicket;
  let granted: GrantTurn | undefined;
  onSignal(grantTurnSignal, GrantTurn, (grant) => {
    if (grant.ticket === active) granted = grant;
  });

  /** What the newest grant says. */
  const may: Granted = {
    get settles() {
      return granted?.settles ?? true;
    },
    get followers() {
      return granted?.followers ?? [];
    },
    get proof() {
      return granted?.proof;
    },
  };

  return {
    isTaken: () => active !== undefined,

    async take(isBehind = false) {
      const ticket = uuid4();
      const since = takePosition(data, { ticket, nowMs: Date.now() });
      active = ticket;
      const isGranted = () => granted?.ticket === ticket;
      const message = { ...target(), member, run, ticket, since, isBehind };
      for (let times = 1; ; times += 1) {
        await factory.askTurn('ask for the turn to merge', message);
        if (await runEnd.within(isGranted, askTurnAgainMs(times), 'ask again for the turn')) return may;
      }
    },

    tellTogether(together) {
      noteTogether(data, together);
    },

    async leave(settles = false) {
      const ticket = active ?? data.lineSettling;
      if (ticket === undefined) return;
      const until = settles ? { settlesUntil: Date.now() + SETTLING_MS } : {};
      const message = { ...leaving(ticket), ...until };
      forget(settles ? ticket : undefined);
      await CancellationScope.nonCancellable(() => factory.leaveTurn('give the turn back', message));
    },

    async leaveWith(work) {
      if (active === undefined) throw new Error('The turn is not taken');
      const result = await work(leaving(active));
      if (result.hasLeft) forget();
      return result;
    },
  };

  function leaving(ticket: string): LineTarget & LeaveTurn {
    const { repository, branch } = target();
    const together = data.lineTogether === undefined ? {} : { together: data.lineTogether };
    return { repository, branch, member, run, ticket, ...together };
  }

  function forget(settling?: string): void {
    active = undefined;
    leaveTurn(data, { settling });
  }
}
