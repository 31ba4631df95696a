/** This machine as a host: its name, kept so that worktrees outlive processes, and its sign of life. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Database } from '../db/connection.ts';
import { reportHost } from '../db/writes/hosts.ts';

const REPORT_MS = 5_000;

/** HOST_NAME, else the name made at the first start in this state folder. */
export function hostName(stateDir: string, proposed: string): string {
  const file = path.join(stateDir, 'host-name');
  mkdirSync(stateDir, { recursive: true });
  const name =
    proposed
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .slice(0, 40) || 'host';
  try {
    writeFileSync(file, `${name}\n`, { flag: 'wx' });
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
  readonly logger: Logger;
}

/** Reports the host every 5 s while `work` runs; without `reporting` only waits for the work. */
export async function reportHostWhile(reporting: Reporting | undefined, work: Promise<unknown>): Promise<void> {
  if (reporting === undefined) {
    await work;
    return;
  }
  const { db, name, capacity, logger } = reporting;
  const report = () =>
    reportHost(db, { name, capacity }).catch((error: unknown) => logger.warn({ error }, 'No sign of life written'));
  await report();
  const timer = setInterval(report, REPORT_MS);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
}
