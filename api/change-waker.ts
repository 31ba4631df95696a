/**
 * Says when to look for changes: at PostgreSQL's NOTIFY, and once a second, which is all where that does not arrive, as
 * behind a pooler in transaction mode. Whether it arrives is tried with a notification of our own, now and then.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../db/connection.ts';
import type { Listen } from '../db/listen.ts';
import { wakeReaders } from '../db/writes/changes.ts';

export interface WakerDependencies {
  readonly db: Database;
  /** Without it there is nothing to listen with. */
  readonly listen: Listen | undefined;
  /** How long after listening failed it is tried again. */
  readonly listenAgainMs?: number | undefined;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn'>;
  readonly onWake: () => void;
  /** Notifications no longer arrive, or do again. */
  readonly onMode: (mode: WakeMode) => void;
}

export type WakeMode = 'listening' | 'looking';

const LOOK_EVERY_MS = 1_000;
const LISTEN_AGAIN_MS = 10_000;
const REPAIR_MS = 100;
/** A connection may be gone without a word, so it is tried now and then. */
const PROBE_EVERY_MS = 30_000;
const PROBE_WITHIN_MS = 2_000;
const PROBE = 'probe ';

/** Runs from `start` to `stop`, and any number of times. */
export function createWaker({ db, listen, listenAgainMs = LISTEN_AGAIN_MS, log, onWake, onMode }: WakerDependencies) {
  let stopping: AbortController | undefined;
  let running: Promise<void> = Promise.resolve();
  let mode: WakeMode = 'listening';
  let isHeard = false;

  function change(to: WakeMode, reason?: unknown): void {
    if (mode === to) return;
    mode = to;
    if (to === 'looking') {
      log.warn({ err: reason }, 'Notifications of PostgreSQL do not arrive; looking for changes once a second');
    } else log.info('Notifications of PostgreSQL arrive again');
    onMode(to);
  }

  async function run(signal: AbortSignal): Promise<void> {
    const looking = setInterval(onWake, LOOK_EVERY_MS);
    while (listen !== undefined && !signal.aborted) {
      const lost = await hear(listen, signal).catch((error: unknown) => error);
      const wasHeard = isHeard;
      isHeard = false;
      // One that was heard is first tried again.
      if (!wasHeard && !signal.aborted) change('looking', lost);
      await pause(wasHeard ? REPAIR_MS : listenAgainMs, signal);
    }
    if (listen === undefined) change('looking', new Error('There is nothing to listen with'));
    await untilAborted(signal);
    clearInterval(looking);
  }

  /** Listens for as long as notifications arrive, and returns why they do not. */
  async function hear(listen: Listen, signal: AbortSignal): Promise<unknown> {
    const lost = Promise.withResolvers<unknown>();
    const probed = new Map<string, () => void>();
    const listening = await listen({
      onNotification(payload) {
        if (payload.startsWith(PROBE)) probed.get(payload)?.();
        else onWake();
      },
      onLost: lost.resolve,
    });
    try {
      while (!signal.aborted) {
        const payload = `${PROBE}${randomUUID()}`;
        const arrived = new Promise<true>((resolve) => probed.set(payload, () => resolve(true)));
        const late = pause(PROBE_WITHIN_MS, signal);
        await Promise.race([wakeReaders(db, payload), late]);
        const found = await Promise.race([arrived, late, lost.promise]);
        probed.delete(payload);
        if (found !== true) return found ?? new Error('A notification did not arrive');
        isHeard = true;
        change('listening');
        // For what was notified before somebody listened.
        onWake();
        const why = await Promise.race([lost.promise, pause(PROBE_EVERY_MS, signal)]);
        if (why !== undefined) return why;
      }
      return undefined;
    } finally {
      listening.close();
    }
  }

  return {
    mode: (): WakeMode => mode,
    start(): void {
      const own = new AbortController();
      stopping = own;
      running = running.then(() => run(own.signal));
    },
    /** Resolves when nothing is under way any more. */
    async stop(): Promise<void> {
      stopping?.abort();
      await running;
    },
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<undefined> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

const untilAborted = (signal: AbortSignal): Promise<unknown> =>
  signal.aborted ? Promise.resolve() : once(signal, 'abort');
