/** This machine as a host: its name, kept so that worktrees outlive processes, and what it ends and deletes by itself. */
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Logger } from 'pino';
import { removeEnded } from '../activities/remove-ended.ts';
import { endSuperseded } from '../activities/terminal/end-superseded.ts';
import type { WorktreeBase } from '../clients/git/names.ts';
import { createTerminal } from '../clients/terminal/tmux.ts';
import { makeFolder } from '../config/files.ts';
import type { Database } from '../db/connection.ts';

/**
 * HOST_NAME when it is given, which is kept too; else the name kept in this state folder; else this machine's.
 * Worktrees of another name stay in its folder: their tasks are placed again, as after the loss of a host.
 */
export function hostName(stateDir: string, given: string | undefined, machine: string = hostname()): string {
  const file = path.join(stateDir, 'host-name');
  makeFolder(stateDir);
  const name =
    (given ?? machine)
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .slice(0, 40) || 'host';
  try {
    writeFileSync(file, `${name}\n`, { flag: given === undefined ? 'wx' : 'w' });
    return name;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFileSync(file, 'utf8').trim();
  }
}

const MINUTE_MS = 60_000;

/**
 * Ends what the host still runs for tasks that have closed or went on elsewhere: before it serves, and once a minute until the
 * returned function is called. That it cannot is no reason not to work.
 */
export async function endLeftovers(
  db: Database,
  { host, stateDir, socket, logger }: { host: string; stateDir: string; socket: string | undefined; logger: Logger },
  everyMs = MINUTE_MS,
): Promise<() => void> {
  const terminal = createTerminal({ stateDir, host, socket });
  const end = async (): Promise<void> => {
    try {
      const ended = await endSuperseded(db, { host, stateDir, terminal });
      if (ended.length > 0)
        logger.info({ ended }, 'Ended the terminals of tasks that have closed or went on elsewhere');
    } catch (error) {
      logger.warn({ error }, 'Commands of tasks that have closed or went on elsewhere may still run');
    }
  };
  await end();
  const timer = setInterval(end, everyMs).unref();
  return () => clearInterval(timer);
}

const DAY_MS = 24 * 3_600_000;

/** Deletes what is left here of epics that ended long ago, now and once a day, until the returned function is called. */
export function sweepHost(db: Database, host: WorktreeBase, logger: Logger): () => void {
  const stopped = new AbortController();
  const sweep = async (): Promise<void> => {
    try {
      const { deleted, stuck } = await removeEnded(db, host, stopped.signal);
      if (stuck.length > 0 && !stopped.signal.aborted)
        logger.warn({ epics: stuck }, 'Journals or old worktrees cannot be deleted; that is tried again tomorrow');
      if (deleted.length > 0)
        logger.info({ epics: deleted }, 'Deleted journals and old worktrees of epics that ended long ago');
    } catch (error) {
      if (!stopped.signal.aborted) logger.warn({ error }, 'Journals of epics that ended long ago stay until tomorrow');
    }
  };
  void sweep();
  const timer = setInterval(sweep, DAY_MS).unref();
  return () => {
    clearInterval(timer);
    stopped.abort();
  };
}
