/** The end of pull requests that no workflow was left to close, in the decision log: no history tells of it. */
import { sql } from 'kysely';
import { defined } from '../../workflows/contract/optional-fields.ts';
import type { PullRequestView } from '../../workflows/contract/pull-request.ts';
import type { Database } from '../connection.ts';
import type { AbandonedPullRequest } from '../reads/abandoned-pull-requests.ts';
import { appendDecisions } from './decisions.ts';
import { endPullRequest } from './pull-requests.ts';

type Ended = Pick<PullRequestView, 'state' | 'mergedSha'>;

const CLOSED = 'was closed';
const MERGED = 'is merged already';
const KEY = new RegExp(`^close/(.+)#(\\d+)/.*pull request #\\d+ (${CLOSED}|${MERGED})(?:, as ([0-9a-f]+))?$`);

/** Writes how one ended, for good. Idempotent by what is said. */
export async function endAbandoned(db: Database, abandoned: AbandonedPullRequest, ended: Ended): Promise<void> {
  const { state, mergedSha } = ended;
  const merged = mergedSha === undefined ? MERGED : `${MERGED}, as ${mergedSha}`;
  await db.transaction().execute(async (trx) => {
    await sayOfAbandoned(trx, abandoned, state === 'merged' ? merged : CLOSED, 'its epic was ended from outside');
    await endPullRequest(trx, abandoned, ended);
  });
}

/** Appends what happened to one to its epic's log, once for each end of the epic. */
export async function sayOfAbandoned(
  db: Database,
  { repository, number, epicId, taskKey, endedAt }: AbandonedPullRequest,
  happened: string,
  reason: string,
): Promise<void> {
  const decision = `pull request #${number} ${happened}`;
  const key = `close/${repository}#${number}/${endedAt.toISOString()}/${decision}`;
  const [at, task] = [new Date().toISOString(), taskKey === null ? {} : { taskKey }];
  await appendDecisions(db, [{ key, at, epicId, ...task, actor: 'factory', kind: 'decision', decision, reason }]);
}

/** Ends those of an epic again as its log has said since its end, once all else was written again. */
export async function endAbandonedAgain(db: Database, epicId: string): Promise<void> {
  const said = await db
    .selectFrom('decision_log')
    .innerJoin('epics', 'epics.id', 'decision_log.epic_id')
    .select('entry_key')
    .where('epic_id', '=', epicId)
    .where(sql<boolean>`epics.failure ->> 'type' = 'ClosedFromOutside'`)
    .whereRef('decision_log.at', '>=', 'epics.closed_at')
    .where('entry_key', 'like', 'close/%')
    .execute();
  for (const { entry_key } of said) {
    const [, repository, number, happened, mergedSha] = KEY.exec(entry_key) ?? [];
    if (repository === undefined) continue;
    const state = happened === CLOSED ? 'closed' : 'merged';
    await endPullRequest(db, { repository, number: Number(number) }, { state, ...defined({ mergedSha }) });
  }
}
