/** The `status` query of an execution, asked again when something was sent to it while the query was on its way. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AHEAD } from '../../workflows/refuse-early-events.ts';

interface Asked {
  query<T>(name: string): Promise<T>;
}

/** A workflow task that waits for a worker process starts within this time, and a slow machine's too. */
const GIVES_UP_MS = 60_000;

export async function askStatus<T>(handle: Asked): Promise<T> {
  const deadline = Date.now() + GIVES_UP_MS;
  for (;;) {
    try {
      return await handle.query<T>('status');
    } catch (error) {
      if (!String(error).includes(AHEAD) || Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}
