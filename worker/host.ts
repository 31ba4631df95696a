/** This machine as a host: its name, kept so that worktrees outlive processes, and its sign of life. */
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Logger } from 'pino';
import { endSuperseded } from '../activities/terminal/end-superseded.ts';
import { createTerminal } from '../activities/terminal/tmux.ts';
import { makeFolder } from '../config-files.ts';
import type { Database } from '../db/connection.ts';
import { reportHost } from '../db/writes/hosts.ts';

const REPORT_MS = 5_000;

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

interface Reporting {
  readonly db: Database;
  readonly name: string;
  readonly capacity: number;
  /** What commands run in here. */
  readonly sandbox: string;
  readonly logger: Logger;
}

/** Reports the host every 5 s while `work` runs; without `reporting` only waits for the work. */
export async function reportHostWhile(reporting: Reporting | undefined, work: Promise<unknown>): Promise<void> {
  if (reporting === undefined) {
    await work;
    return;
  }
  const { db, name, capacity, sandbox, logger } = reporting;
  const report = () =>
    reportHost(db, { name, capacity, sandbox }).catch((error: unknown) =>
      logger.warn({ error }, 'No sign of life written'),
    );
  await report();
  const timer = setInterval(report, REPORT_MS);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
}

/** A host that comes back first ends what it still runs for others; that it cannot is no reason not to work. */
export async function endLeftovers(
  db: Database,
  { host, stateDir, socket, logger }: { host: string; stateDir: string; socket: string | undefined; logger: Logger },
): Promise<void> {
  try {
    const ended = await endSuperseded(db, { host, terminal: createTerminal({ stateDir, host, socket }) });
    if (ended.length > 0) logger.info({ ended }, 'Ended commands of tasks that went on elsewhere');
  } catch (error) {
    logger.warn({ error }, 'Commands of tasks that went on elsewhere may still run');
  }
}
