/** The end of an agent in the ledger. */
import type { Database } from '../../db/connection.ts';
import { settleOpenCalls } from '../../db/writes/ledger.ts';

export function createSettleAgent({ db }: { db: Database }) {
  return {
    /**
     * Settles what the agent left reserved at its upper bound: nobody will learn any more what it did cost.
     * Idempotent: what is settled stays.
     * Fails: only when PostgreSQL is away (retried).
     * Runs on: factory.
     */
    async settleAgent({ agentId }: { agentId: string }): Promise<void> {
      await settleOpenCalls(db, agentId);
    },
  };
}
