/** Writes down an answer while it is written, for those who follow it: at its own pace, and never in the way of the turn. */
import type Anthropic from '@anthropic-ai/sdk';
import type { Database } from '../../db/connection.ts';
import { removeDraft, writeDraft } from '../../db/writes/drafts.ts';
import type { Call } from '../../db/writes/ledger.ts';
import { createDraft } from './draft.ts';

/** While somebody follows. */
const WRITE_EVERY_MS = 250;
/** So that a new follower sees something, and is noticed. */
const UNWATCHED_EVERY_MS = 2_000;
/** A model may be silent for long: a draft that is not written again counts as dead. */
const SIGN_OF_LIFE_MS = 5_000;

export interface DraftWriterOptions {
  readonly everyMs?: number | undefined;
  /** Called once, however many writes fail. */
  readonly onFailure: (error: unknown) => void;
}

/** Nothing that happens here can fail or delay the turn: writes are not awaited, and those that fail are dropped. */
export function startDraft(db: Database, call: Call, { everyMs = WRITE_EVERY_MS, onFailure }: DraftWriterOptions) {
  const draft = createDraft();
  let hasNews = false;
  let isWatched = true;
  let writtenAt = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> | undefined;
  let hasFailed = false;

  const timer = setInterval(() => {
    const quietMs = performance.now() - writtenAt;
    // Of an answer that has not begun there is no row to keep alive.
    const isDue = hasNews
      ? isWatched || quietMs >= UNWATCHED_EVERY_MS
      : Number.isFinite(quietMs) && quietMs >= SIGN_OF_LIFE_MS;
    if (isDue) writing ??= write().finally(() => (writing = undefined));
  }, everyMs);
  timer.unref();

  async function write(): Promise<void> {
    hasNews = false;
    writtenAt = performance.now();
    await attempt(async () => {
      isWatched = await writeDraft(db, call, draft.read());
    });
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!hasFailed) onFailure(error);
      hasFailed = true;
    }
  }

  return {
    add(event: Anthropic.RawMessageStreamEvent): void {
      if (draft.add(event)) hasNews = true;
    },
    /** The answer is whole: what stores it removes the draft, and a write that comes after it changes nothing. */
    end: (): void => clearInterval(timer),
    /** There will be no answer to this call. */
    drop(): void {
      clearInterval(timer);
      const isWritten = Number.isFinite(writtenAt);
      if (isWritten) void Promise.resolve(writing).then(() => attempt(() => removeDraft(db, call)));
    },
  };
}
