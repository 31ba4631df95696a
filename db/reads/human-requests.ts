/** What waits, or waited, for a person. */
import type { Selectable } from 'kysely';
import type { BudgetUnit } from '../../workflows/contract/budget.ts';
import type { HumanRequestView } from '../../workflows/contract/records.ts';
import type { RequestKind } from '../../workflows/contract/states.ts';
import type { PersonAnswered } from '../../workflows/contract/task.ts';
import type { Database } from '../connection.ts';
import type { HumanRequests } from '../schema.ts';
import { isoTime, isoTimeOrNull } from './columns.ts';

/** Oldest first: who waits longest is answered first. */
export async function listOpenRequests(db: Database, epicId: string) {
  const rows = await db
    .selectFrom('human_requests as request')
    .innerJoin('epics', 'epics.id', 'request.epic_id')
    .selectAll('request')
    .select('epics.title as epic_title')
    .where('request.epic_id', '=', epicId)
    .where('request.state', '=', 'open')
    .orderBy('request.asked_at')
    .limit(500)
    .execute();
  return rows.map(asRequest);
}

export const asRequest = (row: Selectable<HumanRequests> & { readonly epic_title: string }) => ({
  epicId: row.epic_id,
  epicTitle: row.epic_title,
  requestId: row.request_id,
  kind: row.kind as RequestKind,
  question: row.question,
  options: row.options as string[],
  taskKey: row.task_key,
  budgetUnit: row.budget_unit as BudgetUnit | null,
  pullRequest: row.pull_request,
  headSha: row.head_sha,
  base: row.base,
  state: row.state as HumanRequestView['state'],
  answer: row.answer as PersonAnswered | null,
  askedAt: isoTime(row.asked_at),
  closedAt: isoTimeOrNull(row.closed_at),
});

/** How often it was asked in other words since it was opened; 0 while nothing is recorded of it. */
export async function readRevision(db: Database, epicId: string, requestId: string): Promise<number> {
  const row = await db
    .selectFrom('human_requests')
    .select('revision')
    .where('epic_id', '=', epicId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();
  return row?.revision ?? 0;
}
