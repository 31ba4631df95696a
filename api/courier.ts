/** Delivers what people send to epics: stored first, in order, and again until the epic has applied or refused it. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../db/connection.ts';
import { isKnown } from '../db/reads/epics.ts';
import { epicsWithMessages, messageOutcome, nextMessage } from '../db/reads/messages.ts';
import { appendDecisions } from '../db/writes/decisions.ts';
import { forgetMessage, settleMessage, storeMessage } from '../db/writes/messages.ts';
import type { MessageOutcome, StoredMessage } from '../workflows/contract/messages.ts';
import { defined } from '../workflows/contract/optional-fields.ts';
import { deliverUpdate, type Executions } from './executions.ts';

export interface CourierDependencies extends Executions {
  readonly db: Database;
  readonly log: Pick<FastifyBaseLogger, 'error' | 'info'>;
}

/** After Temporal or PostgreSQL did not answer. */
const AGAIN_AFTER_MS = 1_000;
/** How often messages are looked for that an API process left behind, or that Temporal lost. */
const LOOK_EVERY_MS = 10_000;
/** A younger message is still being delivered by the process that stored it. */
const LEFT_BEHIND_SECONDS = 10;

/**
 * An update that no worker process has accepted lives in the Temporal server's memory only, so each message is a row
 * before it is sent. Delivering twice is harmless: the row's id is the update's id, and the epic knows what it applied.
 */
export function createCourier({ db, log, ...executions }: CourierDependencies) {
  const stopping = new AbortController();
  const lines = new Map<string, Line>();
  const waiting = new Map<string, (outcome: MessageOutcome) => void>();
  let looking: Promise<void> = Promise.resolve();

  /** Delivers an epic's messages one after the other, unless that is under way. */
  function deliver(epicId: string): void {
    const line = lines.get(epicId);
    if (line !== undefined) line.again = true;
    else {
      const begun: Line = { again: false, end: Promise.resolve() };
      begun.end = empty(epicId, begun).finally(() => lines.delete(epicId));
      lines.set(epicId, begun);
    }
  }

  async function empty(epicId: string, line: Line): Promise<void> {
    do {
      line.again = false;
      for (let more = true; more && !stopping.signal.aborted; ) more = await deliverNext(epicId, line);
    } while (line.again && !stopping.signal.aborted);
  }

  /** False when there is nothing left. */
  async function deliverNext(epicId: string, line: Line): Promise<boolean> {
    let messageId: string | undefined;
    try {
      const message = await nextMessage(db, epicId);
      if (message === undefined) return false;
      messageId = message.id;
      const outcome = await deliverUpdate(executions, message, stopping.signal);
      if (outcome === undefined) await pause();
      else {
        await settle(message, outcome);
        if (line.failing === messageId) log.info({ epicId, messageId }, 'The message is delivered now');
      }
    } catch (error) {
      // It fails each second, perhaps for hours.
      if (!stopping.signal.aborted && line.failing !== (messageId ?? null)) {
        log.error(
          { err: error, epicId, messageId },
          'A message could not be delivered yet; it is sent until it can be',
        );
        line.failing = messageId ?? null;
      }
      await pause();
    }
    return true;
  }

  const pause = () => sleep(AGAIN_AFTER_MS, undefined, { signal: stopping.signal }).catch(() => undefined);

  async function settle(message: StoredMessage, outcome: MessageOutcome): Promise<void> {
    const { epicId, id } = message;
    // An epic that exists may lack the task or request that the message names; that refusal belongs in its log.
    const isUnknownEpic = outcome.kind === 'refused' && outcome.code === 'NotFound' && !(await isKnown(db, epicId));
    if (isUnknownEpic) await forgetMessage(db, epicId, id);
    else {
      if (outcome.kind === 'refused') await logRefusal(message, outcome);
      await settleMessage(db, epicId, id, outcome);
    }
    waiting.get(keyOf(message))?.(outcome);
  }

  async function logRefusal({ epicId, id, name, input }: StoredMessage, outcome: Refusal): Promise<void> {
    const { by = 'unknown', taskKey } = input as { by?: string; taskKey?: string };
    const at = new Date().toISOString();
    await appendDecisions(db, [
      {
        key: `refusal/${epicId}/${id}/${at}`,
        at,
        epicId,
        actor: by,
        kind: 'refusal',
        ...defined({ taskKey }),
        decision: `refused ${name}: ${outcome.code}`,
        reason: outcome.message,
      },
    ]);
  }

  async function look(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        for (const epicId of await epicsWithMessages(db, LEFT_BEHIND_SECONDS)) deliver(epicId);
      } catch (error) {
        log.error({ err: error }, 'Messages that wait could not be read');
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    /**
     * Stores the message and returns what became of it; undefined when nothing did within `withinMs`. With `isKeyed` the
     * sender chose its id, and another message under the same id is refused.
     */
    async send(
      message: StoredMessage,
      { withinMs, isKeyed }: { readonly withinMs: number; readonly isKeyed: boolean },
    ): Promise<MessageOutcome | undefined> {
      const { outcome: before, isOther } = await storeMessage(db, message);
      if (isKeyed && isOther) return { kind: 'refused', code: 'KeyReused', message: KEY_REUSED };
      if (before !== undefined) return before;
      const { promise, resolve } = Promise.withResolvers<MessageOutcome>();
      const answered = new AbortController();
      waiting.set(keyOf(message), resolve);
      try {
        deliver(message.epicId);
        const late = sleep(withinMs, undefined, { signal: answered.signal }).catch(() => undefined);
        const outcome = await Promise.race([promise, late]);
        // Another API process may have delivered it.
        return outcome ?? (await messageOutcome(db, message.epicId, message.id));
      } finally {
        answered.abort();
        waiting.delete(keyOf(message));
      }
    },
    /** Looks now and then for messages that wait for nobody here. */
    start(): void {
      looking = look();
    },
    /** Resolves when nothing is under way any more; what is not settled stays stored. */
    async stop(): Promise<void> {
      stopping.abort();
      await Promise.allSettled([looking, ...[...lines.values()].map(({ end }) => end)]);
    },
  };
}

/** What a sender is told; the message that was sent first stays. */
const KEY_REUSED =
  'This Idempotency-Key was sent before with another content; use a new key for a new message, and the same content to ask again';

export type Courier = ReturnType<typeof createCourier>;
/** The delivery of an epic's messages, one after the other. */
interface Line {
  again: boolean;
  end: Promise<void>;
  /** The message that the log says cannot be delivered; null when it could not even be read. */
  failing?: string | null;
}

type Refusal = Extract<MessageOutcome, { kind: 'refused' }>;

const keyOf = ({ epicId, id }: StoredMessage): string => JSON.stringify([epicId, id]);
