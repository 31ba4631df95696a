/** Looks that go on while the API is away for a moment, as while it starts again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, isUnreachable } from './api.ts';
import { CommandFailure } from './exit.ts';

const AGAIN_AFTER_MS = 400;
/** The API comes back within seconds of a crash; longer silence is an outage. */
const PATIENCE_MS = 60_000;

export interface Patience {
  /** What ends with the waiting and what does not, and how to look again. */
  readonly words: string;
  /** Aborted when the API is stopped on request: it does not come back, so that a look that fails is the last. */
  readonly stopping?: AbortSignal | undefined;
}

/** For a minute; a command that no call has succeeded for yet fails at once. */
export async function patiently<Data>(
  { hasServed }: Pick<Api, 'hasServed'>,
  { words, stopping }: Patience,
  look: () => Promise<Data>,
): Promise<Data> {
  const began = Date.now();
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (!hasServed() || !isUnreachable(error) || stopping?.aborted === true) throw error;
      if (Date.now() - began > PATIENCE_MS) throw outage(error, words);
    }
    await sleep(AGAIN_AFTER_MS);
  }
}

const outage = ({ exitCode, message, code }: CommandFailure, words: string): CommandFailure =>
  new CommandFailure(exitCode, `${message}\nNo answer for ${PATIENCE_MS / 1_000} s, ${words}`, code);
