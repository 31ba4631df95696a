/**
 * That nothing can go on, for those who follow the events: a page that rests asks for nothing, and would not learn that
 * Temporal is away, that no worker process is there, or that somebody paused the factory.
 */
import type { Client } from '@temporalio/client';
import type { FactoryPause } from '../db/reads/factory-pause.ts';
import type { Standstill } from './client/standstill.ts';
import { countPollers, POLLED } from './pollers.ts';

/** Null when work can go on again. */
type Tell = (standstill: Standstill | null) => void;

export interface StandstillWatchOptions {
  readonly temporal: Client;
  readonly readPause: () => Promise<FactoryPause | null>;
  readonly everyMs?: number;
}

const LOOK_EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 2_000;
/** A machine that is busy for a moment is not news, nor is a worker process that starts. */
const SEEN_BEFORE_TOLD = 2;

/** Asks Temporal for nothing while nobody follows, but remembers what it saw: a page that comes back soon is told so. */
export function createStandstillWatch({ temporal, readPause, everyMs = LOOK_EVERY_MS }: StandstillWatchOptions) {
  /** With what each was told last. */
  const followers = new Map<Tell, string>();
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let seen = 0;
  let found: Standstill | undefined;
  const told = (): Standstill | null => (found !== undefined && isSure(found, seen) ? found : null);

  async function look(): Promise<void> {
    isLooking = true;
    const before = found;
    const now = await findCause({ temporal, readPause });
    isLooking = false;
    const isSame = now !== undefined && before !== undefined && nameOf(now) === nameOf(before);
    seen = now === undefined ? 0 : isSame ? seen + 1 : 1;
    found = now === undefined ? undefined : isSame ? before : { since: new Date().toISOString(), ...now };
    for (const tell of followers.keys()) inform(tell);
    timer = followers.size > 0 ? setTimeout(look, everyMs) : undefined;
  }

  function inform(tell: Tell): void {
    const standstill = told();
    const name = standstill === null ? '' : nameOf(standstill);
    // Another cause takes the place of the one that was told once it was seen twice.
    if (followers.get(tell) === name || (standstill === null && found !== undefined)) return;
    followers.set(tell, name);
    tell(standstill);
  }

  return {
    /** `tell` is called soon when nothing can go on, and with each change. Returns what ends it. */
    follow(tell: Tell): () => void {
      const isKnown = timer !== undefined || isLooking;
      followers.set(tell, '');
      if (isKnown) inform(tell);
      // It may be over since the last follower left, so look before saying that it is not.
      else timer = setTimeout(look, told() === null ? everyMs : 0);
      return () => {
        followers.delete(tell);
        if (followers.size > 0) return;
        clearTimeout(timer);
        timer = undefined;
      };
    },
  };
}

export type StandstillWatch = ReturnType<typeof createStandstillWatch>;

/** Permission that is missing, say, which waiting does not cure. */
function reasonOf(error: unknown): string | null {
  const { code, details } = error as { readonly code?: number; readonly details?: string };
  return code === undefined || AWAY.has(code) ? null : (details ?? null);
}

// google.rpc.Code: CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE
const AWAY: ReadonlySet<number> = new Set([1, 4, 14]);

type Cause = Omit<Standstill, 'since'> & Partial<Pick<Standstill, 'since'>>;

/** Another pause than before is another cause. */
const nameOf = ({ cause, queues, since = '' }: Cause): string =>
  [cause, ...queues, ...(cause === 'paused' ? [since] : [])].join(' ');

const isSure = ({ cause }: Cause, seen: number): boolean => cause === 'paused' || seen >= SEEN_BEFORE_TOLD;

/** What is away counts before what somebody wanted. */
async function findCause({ temporal, readPause }: StandstillWatchOptions): Promise<Cause | undefined> {
  const away = await temporal
    .withDeadline(Date.now() + ANSWER_WITHIN_MS, () => findUnpolled(temporal))
    .then(
      (queues) => (queues.length === 0 ? undefined : { cause: 'workers' as const, queues, reason: null }),
      (error: unknown) => ({ cause: 'temporal' as const, queues: [], reason: reasonOf(error) }),
    );
  if (away !== undefined) return away;
  // While PostgreSQL is away nothing else answers, which pages say of each read.
  const pause = await readPause().catch(() => null);
  if (pause === null) return undefined;
  const { by, comment, since } = pause;
  return { cause: 'paused', queues: [], reason: comment === null ? by : `${by}: ${comment}`, since };
}

async function findUnpolled(temporal: Client): Promise<string[]> {
  const counts = await Promise.all(POLLED.map((polled) => countPollers(temporal, polled)));
  return POLLED.flatMap(({ queue }, index) => (counts[index] === 0 ? [queue] : []));
}
