/** What a reviewer did before it gave its verdict: the commands that it ran and the texts in which it saw files. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

export interface ReviewerCall {
  readonly turn: number;
  readonly tool: string;
  /** Of bash. */
  readonly command: string | null;
  /** Of the editor. */
  readonly path: string | null;
  readonly exitCode: number | null;
}

export interface ReviewerWork {
  readonly agentId: string;
  readonly calls: readonly ReviewerCall[];
  /** Its briefs, which hold the change. */
  readonly briefs: readonly string[];
}

/**
 * By the wish that opened its transcript; undefined when there is none. Only calls that were carried out count, and
 * of the editor those that found their file.
 */
export async function readReviewerWork(
  db: Database,
  { epicId, taskKey, openedBy }: { readonly epicId: string; readonly taskKey: string; readonly openedBy: string },
): Promise<ReviewerWork | undefined> {
  const transcript = await db
    .selectFrom('transcripts')
    .select('id')
    .where('epic_id', '=', epicId)
    .where('task_key', '=', taskKey)
    .where('purpose', '=', 'review')
    .where('opened_by', '=', openedBy)
    .executeTakeFirst();
  if (transcript === undefined) return undefined;
  const { id } = transcript;
  const [{ rows: calls }, briefs] = await Promise.all([
    sql<ReviewerCall>`
      select turn, name as tool, input ->> 'command' as command, input ->> 'path' as path, exit_code as "exitCode"
      from tool_calls
      where transcript = ${id} and name in ('bash', 'str_replace_based_edit_tool') and finished_at is not null
        and started_at is not null and (name = 'bash' or is_error is not true)
      order by turn, position`.execute(db),
    db.selectFrom('briefs').select('body').where('transcript', '=', id).orderBy('turn').execute(),
  ]);
  return { agentId: id, calls, briefs: briefs.map(({ body }) => body) };
}
