/** The verdicts that reviewers of a task handed in, from their transcripts. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { isoTime } from './columns.ts';

export interface HandedInReview {
  readonly agentId: string;
  /** The number of the submission; numbers begin again in another life of the task. Null where nothing says it. */
  readonly submission: number | null;
  /** The commit that it is about: the first that its brief names after its tag. Null where the brief is not there. */
  readonly headSha: string | null;
  /** As the reviewer wrote it. */
  readonly input: unknown;
  readonly at: string;
}

/** The last that each reviewer handed in and that was not refused, oldest first. */
export async function readReviews(db: Database, epicId: string, key: string): Promise<HandedInReview[]> {
  const { rows } = await sql<Omit<HandedInReview, 'at'> & { at: Date }>`
    select t.id as "agentId", substring(opened_by from '/review/([0-9]{1,9})/')::int as submission, call.input,
      call.finished_at as at, (
        select substring(body from '>\\s.*?([0-9a-f]{40})') from briefs
        where transcript = t.id and kind = 'review' order by turn limit 1) as "headSha"
    from transcripts t, lateral (
      select tool_calls.input, agent_turns.finished_at
      from tool_calls join agent_turns using (transcript, turn)
      where tool_calls.transcript = t.id and name = 'submit_review' and is_error is not true
      order by turn desc, position desc limit 1
    ) as call
    where t.epic_id = ${epicId} and t.task_key = ${key} and t.purpose = 'review'
    order by t.attempt
  `.execute(db);
  return rows.map((row) => ({ ...row, at: isoTime(row.at) }));
}
