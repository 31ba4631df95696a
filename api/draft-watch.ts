/** Answers that are being written, read a few times a second for all who follow them, and only while somebody does. */
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../db/connection.ts';
import { type Draft, type DraftRow, readDrafts } from '../db/reads/drafts.ts';
import { watchDrafts } from '../db/writes/drafts.ts';
import { draftEvents } from './draft-events.ts';
import type { Frame } from './streams.ts';

const LOOK_EVERY_MS = 250;
const AGAIN_AFTER_MS = 1_000;
const SAY_EVERY_MS = 5_000;
const SAID_FOR_SECONDS = 15;

interface Follower {
  /** Must not throw. */
  readonly onEvent: (event: Frame) => void;
  given: Draft | undefined;
}

interface Watched {
  readonly followers: Set<Follower>;
  version: string | undefined;
  draft: Draft | undefined;
}

export interface DraftWatchDependencies {
  readonly db: Database;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'error'>;
}

export function createDraftWatch({ db, log }: DraftWatchDependencies) {
  const agents = new Map<string, Watched>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let isFailing = false;
  let isStopped = false;
  /** When it was last said who is followed. */
  let saidAt = Number.NEGATIVE_INFINITY;

  function lookIn(ms: number): void {
    if (agents.size > 0 && !isStopped) timer ??= setTimeout(begin, ms);
  }

  function begin(): void {
    timer = undefined;
    looking ??= look()
      .then(() => LOOK_EVERY_MS, failed)
      .then((pauseMs) => {
        looking = undefined;
        lookIn(pauseMs);
      });
  }

  function failed(error: unknown): number {
    if (!isFailing)
      log.error({ err: error }, 'Drafts of answers cannot be read; they are when PostgreSQL answers again');
    isFailing = true;
    return AGAIN_AFTER_MS;
  }

  async function look(): Promise<void> {
    const now = performance.now();
    if (now - saidAt >= SAY_EVERY_MS) {
      await watchDrafts(db, [...agents.keys()], SAID_FOR_SECONDS);
      saidAt = now;
    }
    const rows = await readDrafts(
      db,
      [...agents].map(([transcript, { version }]) => ({ transcript, version })),
    );
    if (isFailing) log.info('Drafts of answers can be read again');
    isFailing = false;
    for (const row of rows) deliver(row);
  }

  function deliver({ transcript, stored, draft }: DraftRow): void {
    const watched = agents.get(transcript);
    if (watched === undefined) return;
    watched.version = draft?.version;
    if (draft === undefined) watched.draft = undefined;
    else if (draft.blocks !== null) watched.draft = { turn: draft.turn, call: draft.call, blocks: draft.blocks };
    for (const follower of watched.followers) {
      const events = draftEvents(follower.given, watched.draft, stored);
      follower.given = watched.draft;
      for (const event of events) follower.onEvent(event);
    }
  }

  return {
    /** Begins with the whole draft, where there is one. Returns what ends it. */
    follow(transcript: string, onEvent: Follower['onEvent']): () => void {
      const watched = agents.get(transcript) ?? { followers: new Set(), version: undefined, draft: undefined };
      const follower: Follower = { onEvent, given: undefined };
      watched.followers.add(follower);
      // Its writer writes more often once it knows.
      if (watched.followers.size === 1) saidAt = Number.NEGATIVE_INFINITY;
      agents.set(transcript, watched);
      lookIn(0);
      return () => {
        watched.followers.delete(follower);
        if (watched.followers.size > 0 || agents.get(transcript) !== watched) return;
        agents.delete(transcript);
        if (agents.size > 0) return;
        clearTimeout(timer);
        timer = undefined;
      };
    },
    /** For good. Resolves when nothing is under way any more. */
    async stop(): Promise<void> {
      isStopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

export type DraftWatch = ReturnType<typeof createDraftWatch>;
