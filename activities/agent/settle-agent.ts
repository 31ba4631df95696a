/** The end of an agent in the ledger, and of what people said to it. */
import type { Database } from '../../db/connection.ts';
import { settleOpenCalls } from '../../db/writes/ledger.ts';
import { keepWords, type Said } from './keep-words.ts';

interface SettleAgentInput {
  readonly agentId: string;
  /** Words of people that no turn of this agent received; the next agent receives them. */
  readonly unheard?: Said;
}

export function createSettleAgent({ db }: { db: Database }) {
  return {
    /**
     * Settles what the agent left reserved at its upper bound: nobody will learn any more what it did cost. Keeps the words
     * of people that no turn of the agent received.
     * Idempotent: what is settled stays, and words are kept once.
     * Fails: only when PostgreSQL is away (retried).
     * Runs on: factory.
     */
    async settleAgent({ agentId, unheard }: SettleAgentInput): Promise<void> {
      await settleOpenCalls(db, agentId);
      if (unheard !== undefined) await keepWords(db, unheard);
    },
  };
}
