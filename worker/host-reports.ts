/** A worker process as one that serves a host: it signs on, reports every five seconds, and signs off. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Database } from '../db/connection.ts';
import { reportHost } from '../db/writes/hosts.ts';
import { readAgentsIn, signOff } from '../db/writes/sign-off.ts';
import { hostLeavesSignal } from '../workflows/contract/host-leaves.ts';

const REPORT_MS = 5_000;

export interface HostReportsOptions {
  readonly db: Database;
  readonly temporal: Client;
  readonly name: string;
  readonly capacity: number;
  /** The sandbox that commands run in here. */
  readonly sandbox: string;
  /** Why the host takes no more work, while it does not. */
  readonly refusal: () => string | undefined;
  readonly logger: Logger;
}

/** `start` answers after the first report. */
export function createHostReports({ db, temporal, name, capacity, sandbox, refusal, logger }: HostReportsOptions) {
  const process = randomUUID();
  let isKnown = false;
  let hasLeft = false;
  let timer: NodeJS.Timeout | undefined;
  let reporting = Promise.resolve();

  async function write(): Promise<void> {
    if (hasLeft) return;
    try {
      const signsOn = !isKnown;
      await reportHost(db, {
        ...{ name, capacity, sandbox, refusal: refusal() ?? null, process: { id: process, signsOn } },
      });
      isKnown = true;
    } catch (error) {
      logger.warn({ error }, 'No sign of life written');
    }
  }

  /** One report after the other, so that none is written after the host signed off. */
  function report(): Promise<void> {
    reporting = reporting.then(write);
    return reporting;
  }

  return {
    report,

    async start(): Promise<void> {
      await report();
      if (!hasLeft) timer = setInterval(report, REPORT_MS);
    },

    /** Nobody waits for this host any more: tasks that find room elsewhere are told so. Never fails. */
    async signOff(): Promise<void> {
      if (hasLeft) return;
      hasLeft = true;
      clearInterval(timer);
      try {
        await reporting;
        const leaving = await signOff(db, { host: name, process });
        const told = await Promise.all(leaving.map(signalLeave));
        logger.info({ host: name, told: told.flat() }, 'Signed off');
      } catch (error) {
        logger.warn({ error }, 'Could not sign off; the host is given up when its reports stay away');
      }
    },
  };

  async function signalLeave({ holder, epoch }: { holder: string; epoch: number }): Promise<string[]> {
    const receivers = [holder, ...(await readAgentsIn(db, holder))];
    const signals = receivers.map((id) =>
      temporal.workflow.getHandle(id).signal(hostLeavesSignal, { host: name, epoch }),
    );
    const results = await Promise.allSettled(signals);
    // One that has closed meanwhile waits for nothing.
    return receivers.filter((_, index) => results[index]?.status === 'fulfilled');
  }
}
