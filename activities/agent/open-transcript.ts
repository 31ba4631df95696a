/** An agent's transcript: opened once by the wish for an agent, and read again by it. */
import type { Database } from '../../db/connection.ts';
import { readNextTurn } from '../../db/reads/model-input.ts';
import { openTranscript } from '../../db/writes/transcripts.ts';
import type { NewTranscript, OpenedTranscript } from '../../workflows/contract/transcript.ts';

/** Opens the transcript that `openedBy` names, or returns it as far as it has come. Idempotent by `openedBy`. */
export async function openOrRead(db: Database, input: NewTranscript): Promise<OpenedTranscript> {
  const { id, attempt } = await openTranscript(db, input);
  return { agentId: id, attempt, nextTurn: await readNextTurn(db, id) };
}

export function createOpenTranscript({ db }: { db: Database }) {
  return {
    /**
     * Opens a transcript that goes on from an earlier turn of another (`fork`), or reads again how far one came: a round
     * opens its transcript itself (openRound).
     * Idempotent by `openedBy`, which names the wish for an agent. Attempt numbers are never used twice.
     * Fails: only when PostgreSQL is away (retried).
     * Runs on: factory.
     */
    openTranscript: (input: NewTranscript): Promise<OpenedTranscript> => openOrRead(db, input),
  };
}
