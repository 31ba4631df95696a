/** Changes as they happen, read once for everybody who follows them, and for each from where it was. */
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../db/connection.ts';
import type { Listen } from '../db/listen.ts';
import { type Change, readChanges } from '../db/reads/changes.ts';
import { sweepChanges } from '../db/writes/changes.ts';
import { createWaker, type WakeMode } from './change-waker.ts';

export interface FeedDependencies {
  readonly db: Database;
  readonly listen: Listen | undefined;
  readonly listenAgainMs?: number;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
}

export type FeedEvent =
  /** The position at which a subscriber without one begins. */
  | { readonly kind: 'hello'; readonly position: string }
  | { readonly kind: 'change'; readonly position: string; readonly changes: readonly Change[] }
  /** Changes were missed that are no longer kept: everything is to be read again. */
  | { readonly kind: 'reset'; readonly position: string };

export interface Subscriber {
  /** Where it was; at the present without. */
  readonly after?: string | undefined;
  /** Must not throw. */
  readonly onEvent: (event: FeedEvent) => void;
  readonly onMode: (mode: WakeMode) => void;
}

export interface Subscription {
  /** Up to where the subscriber was given everything; undefined until then. */
  position(): string | undefined;
  end(): void;
}

/** What is written together is read together. */
const DEBOUNCE_MS = 20;
/** Only the first of many changes notifies (migrations/0024-changes.ts): after each there may be more for so long. */
const LOOK_ON_MS = 50;
const LOOK_ON_FOR_MS = 1_000;
const AGAIN_AFTER_MS = 1_000;
const SWEEP_EVERY_MS = 300_000;

/** Asks PostgreSQL for nothing while nobody subscribes, but to sweep old changes. */
export function createFeed({ db, listen, listenAgainMs, log }: FeedDependencies) {
  const joining = new Set<Subscriber>();
  const following = new Set<Subscriber>();
  let position: string | undefined;
  let foundAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let isAskedAgain = false;
  let isFailing = false;
  let sweeping: NodeJS.Timeout | undefined;

  const waker = createWaker({ db, listen, listenAgainMs, log, onWake: () => lookIn(DEBOUNCE_MS), onMode: sendMode });

  function sendMode(mode: WakeMode): void {
    for (const subscriber of [...following, ...joining]) subscriber.onMode(mode);
  }

  /** Looks once, however often it is asked to meanwhile. */
  function lookIn(ms: number): void {
    if (joining.size + following.size > 0) timer ??= setTimeout(begin, ms);
  }

  function begin(): void {
    timer = undefined;
    isAskedAgain = looking !== undefined;
    looking ??= look()
      .catch(failed)
      .finally(() => {
        looking = undefined;
        if (isAskedAgain) lookIn(DEBOUNCE_MS);
        else if (performance.now() - foundAt < LOOK_ON_FOR_MS) lookIn(LOOK_ON_MS);
      });
  }

  function failed(error: unknown): void {
    if (!isFailing) log.error({ err: error }, 'Changes cannot be read; they are when PostgreSQL answers again');
    isFailing = true;
    lookIn(AGAIN_AFTER_MS);
  }

  /** Gives nothing to anybody before all is read, so that a look that fails is repeated as it was. */
  async function look(): Promise<void> {
    const [joined, followed] = [[...joining], [...following]];
    const found = await readChanges(db, { after: position });
    const missed = await Promise.all(
      [...new Set(joined.map(({ after }) => after))].map(
        async (after) =>
          [after, after === undefined ? undefined : await readChanges(db, { after, until: found.position })] as const,
      ),
    );
    if (isFailing) log.info('Changes can be read again');
    isFailing = false;
    position = found.position;
    if (found.changes?.length !== 0) foundAt = performance.now();
    for (const subscriber of followed) deliver(subscriber, found);
    for (const subscriber of joined) {
      if (!joining.delete(subscriber)) continue;
      following.add(subscriber);
      const own = new Map(missed).get(subscriber.after);
      if (own === undefined) subscriber.onEvent({ kind: 'hello', position: found.position });
      else deliver(subscriber, own);
    }
  }

  function deliver(subscriber: Subscriber, { position, changes }: Awaited<ReturnType<typeof readChanges>>): void {
    if (!following.has(subscriber)) return;
    if (changes === null) subscriber.onEvent({ kind: 'reset', position });
    else if (changes.length > 0) subscriber.onEvent({ kind: 'change', position, changes });
  }

  function leave(subscriber: Subscriber): void {
    joining.delete(subscriber);
    following.delete(subscriber);
    if (joining.size + following.size > 0) return;
    position = undefined;
    clearTimeout(timer);
    timer = undefined;
    void waker.stop();
  }

  return {
    mode: waker.mode,
    subscribe(subscriber: Subscriber): Subscription {
      if (joining.size + following.size === 0) {
        foundAt = performance.now();
        waker.start();
      }
      joining.add(subscriber);
      lookIn(0);
      return {
        position: () => (following.has(subscriber) ? position : undefined),
        end: () => leave(subscriber),
      };
    },
    /** Begins to sweep now and then: without a worker process nobody else does. */
    start(): void {
      const sweep = () => sweepChanges(db).catch(() => undefined);
      sweeping = setInterval(sweep, SWEEP_EVERY_MS).unref();
    },
    /** Call it when nobody is subscribed any more. */
    async stop(): Promise<void> {
      clearInterval(sweeping);
      clearTimeout(timer);
      await waker.stop();
      await looking;
    },
  };
}

export type Feed = ReturnType<typeof createFeed>;
