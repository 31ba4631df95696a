/** Who owns an epic's id: the first chain of executions that claimed it, for good. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/** Claims the epic for a chain (the run id of its first execution), and returns the chain that owns it. */
export async function claimEpic(db: Database, epicId: string, chain: string): Promise<string> {
  // The update that changes nothing makes the owner's row come back, also one that was committed a moment ago.
  const claim = await db
    .insertInto('epic_claims')
    .values({ epic_id: epicId, first_run_id: chain })
    .onConflict((conflict) => conflict.column('epic_id').doUpdateSet({ first_run_id: sql`epic_claims.first_run_id` }))
    .returning('first_run_id')
    .executeTakeFirstOrThrow();
  return claim.first_run_id;
}
