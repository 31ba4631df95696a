/** What is known of the tracker's issues. */
import { sql } from 'kysely';
import { CANCEL_EPIC } from '../../workflows/contract/epic.ts';
import type { Database } from '../connection.ts';
import { isoTime } from './columns.ts';

export interface TakenIssue {
  readonly issueId: string;
  readonly epicId: string;
  readonly generation: number;
  readonly takenAt: Date;
  readonly textHash: string;
}

/** The newest epic that an issue became. */
export const findTaken = (db: Database, issueId: string): Promise<TakenIssue | undefined> =>
  taken(db, 'issue_id', issueId);

/** The issue that an epic came from. */
export const findIssueOf = (db: Database, epicId: string): Promise<TakenIssue | undefined> =>
  taken(db, 'epic_id', epicId);

async function taken(db: Database, column: 'issue_id' | 'epic_id', value: string): Promise<TakenIssue | undefined> {
  const row = await db
    .selectFrom('tracker_issues')
    .select(['issue_id', 'epic_id', 'generation', 'taken_at', 'text_hash'])
    .where(column, '=', value)
    .executeTakeFirst();
  if (row?.epic_id == null || row.taken_at === null || row.text_hash === null) return undefined;
  return {
    ...{ issueId: row.issue_id, epicId: row.epic_id, generation: row.generation },
    ...{ takenAt: row.taken_at, textHash: row.text_hash },
  };
}

/** Numbers of an epic's mail to people, the newest 500. */
export async function mailToPeople(db: Database, epicId: string): Promise<number[]> {
  const rows = await db
    .selectFrom('mail')
    .select('number')
    .where('epic_id', '=', epicId)
    .where('recipient', 'in', ['human', 'supervisor'])
    .orderBy('number', 'desc')
    .limit(500)
    .execute();
  return rows.map(({ number }) => number);
}

/** When an epic began, as its records say. */
export async function epicStartedAt(db: Database, epicId: string): Promise<Date | undefined> {
  const row = await db.selectFrom('epics').select('started_at').where('id', '=', epicId).executeTakeFirst();
  return row?.started_at;
}

/**
 * When an epic was first asked to end (by a person, an answer or its issue), or ended by itself; undefined while neither is
 * recorded.
 */
export async function epicToldToEndAt(db: Database, epicId: string): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select least(
      (select min(at) from decision_log where epic_id = ${epicId} and decision = ${CANCEL_EPIC}),
      (select min(closed_at) from human_requests where epic_id = ${epicId}
        and state = 'answered' and answer ->> 'decision' = 'cancel'),
      (select closed_at from epics where id = ${epicId})
    ) as at
  `.execute(db);
  return rows[0]?.at ?? undefined;
}

/** Whether an epic has ended, and whether the plan that it ended with has a task of that key. */
export async function endedWith(db: Database, epicId: string, taskKey: string) {
  const { rows } = await sql<{ isEnded: boolean; hasTask: boolean }>`
    select exists (select from epics where id = ${epicId} and closed_at is not null) as "isEnded",
      exists (select from tasks where epic_id = ${epicId} and key = ${taskKey}) as "hasTask"
  `.execute(db);
  return rows[0] ?? { isEnded: false, hasTask: false };
}

/** Ids of the issues whose epics are open. */
export async function openIssues(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom('tracker_issues')
    .innerJoin('epics', 'epics.id', 'tracker_issues.epic_id')
    .select('issue_id')
    .where('epics.closed_at', 'is', null)
    .execute();
  return rows.map((row) => row.issue_id);
}

export async function readPolled(
  db: Database,
  tracker: string,
): Promise<{ seenUntil: Date; passed: string[] } | undefined> {
  const row = await db
    .selectFrom('tracker_polls')
    .select(['seen_until', 'passed'])
    .where('tracker', '=', tracker)
    .executeTakeFirst();
  return row === undefined ? undefined : { seenUntil: row.seen_until, passed: row.passed };
}

/** The intake's log: the issues that were looked at last, each with what became of it and why. */
export async function listIntake(db: Database, limit: number) {
  const rows = await db.selectFrom('tracker_issues').selectAll().orderBy('looked_at', 'desc').limit(limit).execute();
  return rows.map((row) => ({
    ...{ identifier: row.identifier, title: row.title, url: row.url, reason: row.reason, epicId: row.epic_id },
    outcome: row.outcome as 'taken' | 'skipped',
    lookedAt: isoTime(row.looked_at),
  }));
}
