/** The lines that an epic and its tasks merge through. */
import type { Database } from '../connection.ts';
import { lineWorkflowId } from '../line-id.ts';

/** Workflow ids, by the bases of the pull requests that the epic has so far. */
export async function linesOf(db: Database, epicId: string): Promise<string[]> {
  const targets = await db
    .selectFrom('pull_requests')
    .select(['repository', 'base as branch'])
    .distinct()
    .where('epic_id', '=', epicId)
    .execute();
  return targets.map(lineWorkflowId);
}
