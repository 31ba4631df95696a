/** Answers to the tool calls that the workflow itself sees to: submissions, refusals, unknown tools. */
import type { Database } from '../../db/connection.ts';
import { answerToolCallRows, type ToolCallAnswer } from '../../db/writes/transcripts.ts';

export interface AnswerToolCallsInput {
  readonly agentId: string;
  readonly turn: number;
  readonly answers: readonly ToolCallAnswer[];
}

export function createAnswerToolCalls({ db }: { db: Database }) {
  return {
    /**
     * Writes the answers of tool calls that have none yet, and below answers what is added to them.
     * Idempotent: an answer that is there stays, and nothing is added twice.
     * Fails: only when PostgreSQL is away (retried).
     * Runs on: factory.
     */
    async answerToolCalls({ agentId: transcript, turn, answers }: AnswerToolCallsInput): Promise<void> {
      await answerToolCallRows(db, { transcript, turn, answers });
    },
  };
}
