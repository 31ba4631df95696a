/** An agent's transcript, opened before its first turn. */
import type { Database } from '../../db/connection.ts';
import { readNextTurn } from '../../db/reads/model-input.ts';
import { type NewTranscript, openTranscript } from '../../db/writes/transcripts.ts';

export interface OpenedTranscript {
  readonly agentId: string;
  readonly attempt: number;
  readonly nextTurn: number;
}

export function createOpenTranscript({ db }: { db: Database }) {
  return {
    /**
     * Opens a transcript for the next attempt of (epic, task, purpose), or returns the one opened before; with `fork` it
     * goes on from an earlier turn of another.
     * Idempotent by `openedBy`, which names the wish for an agent. Attempt numbers are never used twice.
     * Fails: only when PostgreSQL is away (retried).
     * Runs on: factory.
     */
    async openTranscript(input: NewTranscript): Promise<OpenedTranscript> {
      const { id, attempt } = await openTranscript(db, input);
      return { agentId: id, attempt, nextTurn: await readNextTurn(db, id) };
    },
  };
}
