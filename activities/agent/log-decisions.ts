/** Writes the notes of agents (`log_decision`) into the decision log. */

import { z } from 'zod';
import type { Database } from '../../db/connection.ts';
import { appendDecisions } from '../../db/writes/decisions.ts';
import { readToolCalls } from '../../db/writes/tool-calls.ts';
import { answerToolCallRows } from '../../db/writes/transcripts.ts';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { type Purpose, ROLE_OF } from '../../workflows/contract/states.ts';
import { LogDecision } from '../../workflows/contract/talk.ts';

export interface LogDecisionsInput {
  readonly agentId: string;
  readonly epicId: string;
  readonly taskKey?: string;
  readonly purpose: Purpose;
  readonly turn: number;
  /** Calls of log_decision in that turn, in their order. */
  readonly toolUseIds: readonly string[];
}

export function createLogDecisions({ db }: { db: Database }) {
  return {
    /**
     * Writes decisions of an agent into the log, as its own words, and answers the calls; one that does not fit is
     * answered with what is wrong and written nowhere.
     * Idempotent: a decision by the id of its call, an answer that is there stays.
     * Fails: only when PostgreSQL is away (retried).
     * Runs on: factory.
     */
    async logDecisions(input: LogDecisionsInput): Promise<void> {
      const { agentId: transcript, epicId, taskKey, purpose, turn, toolUseIds } = input;
      const calls = (await readToolCalls(db, transcript, turn)).filter(({ id }) => toolUseIds.includes(id));
      const at = new Date().toISOString();
      const read = calls.map(({ id, input: given }) => ({ id, parsed: LogDecision.safeParse(given) }));
      const entries = read.flatMap(({ id, parsed }) =>
        parsed.success
          ? [
              {
                key: `agent/${transcript}/${id}`,
                at,
                epicId,
                actor: ROLE_OF[purpose],
                kind: 'note' as const,
                ...defined({ taskKey }),
                decision: parsed.data.decision,
                reason: parsed.data.reasoning,
              },
            ]
          : [],
      );
      await appendDecisions(db, entries);
      const answers = read.map(({ id, parsed }) => ({
        toolUseId: id,
        content: parsed.success ? 'It is in the decision log.' : `Wrong input: ${z.prettifyError(parsed.error)}`,
        isError: !parsed.success,
      }));
      await answerToolCallRows(db, { transcript, turn, answers });
    },
  };
}
