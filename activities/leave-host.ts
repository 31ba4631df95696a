/** Leaving a host: nothing of a task or epic runs there any more, its worktree is gone and its slot is free. */
import { setTimeout as sleep } from 'node:timers/promises';
import { tmuxSession } from '../clients/git/names.ts';
import type { GitHost } from '../clients/git/repository.ts';
import { endSession, type Terminal } from '../clients/terminal/tmux.ts';
import type { Database } from '../db/connection.ts';
import { releasePlacement } from '../db/writes/hosts.ts';
import type { LeaveHostInput, LeaveHostResult } from '../workflows/contract/placement.ts';
import { withHeartbeat } from './heartbeat.ts';
import { removeWorktree } from './worktree/worktree.ts';

export interface LeaveHostDependencies {
  readonly db: Database;
  readonly host: GitHost;
  readonly terminal: Terminal;
}

export function createLeaveHost({ db, host, terminal }: LeaveHostDependencies) {
  return {
    /**
     * Ends every command of a task, or of the epic's own agents, removes its worktree, and then gives its slot back. A
     * worktree that holds what no commit has stays, which is an answer. Commands and worktree need no PostgreSQL.
     * Idempotent: a session that has ended, a worktree that is gone and a slot that is free stay so, and a retry goes on
     * where the attempt before failed: the worktree is removed whether or not the commands could be ended, the slot is
     * given back when both is done. The slot is that of this placement, so that a late attempt frees no later one. Commands
     * have no such fence: an attempt that was frozen before it began may end those of a later placement on this host, which
     * their agent is told as interrupted.
     * Fails: TerminalUnavailable, GitFailed (retried, in the end final).
     * Runs on: host-<name>.
     */
    leaveHost: (input: LeaveHostInput): Promise<LeaveHostResult> =>
      withHeartbeat(async (signal) => {
        const { epicId, taskKey, placement, holder, worktree } = input;
        const [ended] = await Promise.allSettled([endSession(terminal, tmuxSession(epicId, taskKey))]);
        const removed =
          worktree === undefined
            ? {}
            : { worktree: await removeWorktree(host, { epicId, placement, ...worktree }, signal) };
        if (ended.status === 'rejected') throw ended.reason;
        return { ...removed, released: await release(db, { holder, ...placement }) };
      }),
  };
}

/** PostgreSQL that does not answer within this time counts as away. */
const RELEASE_MS = 5_000;

async function release(db: Database, slot: Parameters<typeof releasePlacement>[1]): Promise<boolean> {
  const given = releasePlacement(db, slot).then(
    () => true,
    () => false,
  );
  return await Promise.race([given, sleep(RELEASE_MS, false, { ref: false })]);
}
