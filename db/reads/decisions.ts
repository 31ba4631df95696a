/** The decision log of an epic. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { isoTime } from './columns.ts';

export interface LogPage {
  readonly epicId: string;
  /** Only entries about this task. */
  readonly taskKey?: string | undefined;
  /** Entries after this one, in the order of writing. */
  readonly after: number;
  readonly limit: number;
}

export type LogLine = Awaited<ReturnType<typeof readDecisions>>[number];

export async function readDecisions(db: Database, { epicId, taskKey, after, limit }: LogPage) {
  const rows = await db
    .selectFrom('decision_log')
    .selectAll()
    .where('epic_id', '=', epicId)
    .$if(taskKey !== undefined, (query) => query.where('task_key', '=', taskKey ?? ''))
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    at: isoTime(row.at),
    taskKey: row.task_key,
    actor: row.actor,
    kind: row.kind,
    decision: row.decision,
    reason: row.reason,
  }));
}

const PAGE = 1_000;

/** The whole log in the order in which things happened; records may be written in another. */
export async function readAllDecisions(db: Database, epicId: string): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for (let after = 0; ; ) {
    const page = await readDecisions(db, { epicId, after, limit: PAGE });
    lines.push(...page);
    if (page.length < PAGE) return lines.toSorted((a, b) => a.at.localeCompare(b.at) || a.id - b.id);
    after = page.at(-1)?.id ?? after;
  }
}

const MOST_LINES = 40;
const REASON_LENGTH = 600;

/** The newest of an epic's log, oldest first, each as one line; with a key those of this task and of the epic itself. */
export async function readLogLines(db: Database, epicId: string, taskKey?: string): Promise<string[]> {
  const rows = await db
    .selectFrom('decision_log')
    .select(['at', 'actor', 'kind', 'decision'])
    .select(sql<string>`left(reason, ${sql.lit(REASON_LENGTH)})`.as('reason'))
    .where('epic_id', '=', epicId)
    .$if(taskKey !== undefined, (query) =>
      query.where((where) => where.or([where('task_key', '=', taskKey ?? ''), where('task_key', 'is', null)])),
    )
    .orderBy('id', 'desc')
    .limit(MOST_LINES)
    .execute();
  return rows
    .toReversed()
    .map(({ at, actor, kind, decision, reason }) => `${isoTime(at)} ${actor} (${kind}): ${decision}: ${reason}`);
}
