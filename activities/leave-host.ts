/** Leaving a host: nothing of a task or epic runs there any more, its files are gone and its slot is free. */
import { randomUUID } from 'node:crypto';
import { rename, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { taskJournals, tmuxSession } from '../clients/git/names.ts';
import { removePaths } from '../clients/git/remove-untracked.ts';
import type { GitHost } from '../clients/git/repository.ts';
import { endSession, type Terminal } from '../clients/terminal/tmux.ts';
import type { Database } from '../db/connection.ts';
import { releasePlacement } from '../db/writes/hosts.ts';
import type {
  LeaveHostInput,
  LeaveHostResult,
  RemoveWorktreeInput,
  RemoveWorktreeResult,
} from '../workflows/contract/placement.ts';
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
     * Ends every command of a task, or of the epic's own agents, removes its worktrees and gives its slot back. With a
     * task's worktree go the journals and the home of its commands: they are moved aside before the slot is free, and
     * deleted when nobody waits for it. Those of the epic's own agents stay, because its worktrees share them. A worktree
     * that holds what no commit has stays, which is an answer, and so do the journals then; so does a detached one that cannot
     * be removed, whatever the reason. Nothing of this but the slot
     * needs PostgreSQL.
     * Idempotent: a session that has ended, files that are gone and a slot that is free stay so, and a retry goes on
     * where the attempt before failed: the worktree is removed whether or not the commands could be ended, and only then
     * is the slot given back. What a kill left of journals moved aside goes 30 days after the epic's end. The slot is that
     * of this placement, so that a late attempt frees no later one, and a worktree that belongs to a later one stays with
     * its journals. Commands have no such fence: an attempt that was frozen before it began may end those of a later
     * placement on this host, which their agent is told as interrupted. A call of a tool that comes later finds its mark in
     * the database without a journal, and does not begin again.
     * Fails: TerminalUnavailable, GitFailed (retried, in the end final).
     * Runs on: host-<name>.
     */
    leaveHost: (input: LeaveHostInput): Promise<LeaveHostResult> =>
      withHeartbeat(async (signal) => {
        const { epicId, taskKey, placement, holder, worktree, detached } = input;
        const [ended] = await Promise.allSettled([endSession(terminal, tmuxSession(epicId, taskKey))]);
        const remove = (what: Omit<RemoveWorktreeInput, 'epicId' | 'placement'>) =>
          removeWorktree(host, { epicId, placement, ...what }, signal);
        const removed = {
          ...(worktree === undefined ? {} : { worktree: await remove(worktree) }),
          ...(detached === undefined ? {} : { detached: await remove({ ...detached, discard: true }).catch(stays) }),
        };
        if (ended.status === 'rejected') throw ended.reason;
        const isDone = taskKey !== undefined && removed.worktree?.removed === true;
        const aside = isDone ? await moveAside(taskJournals(host, epicId, taskKey)) : undefined;
        const released = await release(db, { holder, ...placement });
        if (aside !== undefined) await removeJournals(aside, signal);
        return { ...removed, released };
      }),
  };
}

/** Nobody's end waits for what holds nothing of value, on a full disk for instance. */
function stays(error: unknown): RemoveWorktreeResult {
  if (error instanceof CancelledFailure) throw error;
  return { removed: false, reason: error instanceof Error ? error.message : String(error) };
}

/** A later placement may begin as soon as the slot is free. Undefined when there are none, or they cannot be moved. */
async function moveAside(folder: string): Promise<string | undefined> {
  const aside = `${folder}.gone-${randomUUID()}`;
  try {
    await rename(folder, aside);
    return aside;
  } catch (error) {
    const isNone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isNone) Context.current().log.warn(`${folder} cannot be moved; it is deleted 30 days after the epic's end`);
    return undefined;
  }
}

/** Scripts and output of commands: once the results are stored and the worktree is gone, nobody reads them. */
async function removeJournals(folder: string, signal: AbortSignal): Promise<void> {
  if (!(await removePaths([folder], signal))) {
    Context.current().log.warn(`${folder} cannot be deleted; it is tried again 30 days after the epic's end`);
  }
  // The epic's folder goes with the last of its tasks, unless its own agents have journals there.
  await rmdir(dirname(folder)).catch(() => undefined);
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
