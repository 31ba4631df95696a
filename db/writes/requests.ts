/** What waits for a person, as the epic that owns the requests last told it. */
import { sql } from 'kysely';
import type { HumanRequestView } from '../../workflows/contract/records.ts';
import type { Database } from '../connection.ts';
import { json } from '../json.ts';

/** Writes the requests that are new or changed. Call it only after the epic's own row was written. */
export async function writeHumanRequests(
  db: Database,
  epicId: string,
  requests: readonly HumanRequestView[],
): Promise<void> {
  if (requests.length === 0) return;
  const rows = requests.map((request) => ({
    request_id: request.requestId,
    kind: request.kind,
    question: request.question,
    options: request.options,
    task_key: request.taskKey,
    budget_unit: request.kind === 'budget' ? (request.cap?.unit ?? 'usd') : undefined,
    pull_request: request.pullRequest,
    head_sha: request.headSha,
    base: request.base,
    state: request.state,
    answer: request.answer,
    asked_at: request.askedAt,
    closed_at: request.closedAt,
    revision: request.revision ?? 0,
  }));
  await sql`
    insert into human_requests as known (epic_id, request_id, kind, question, options, task_key, budget_unit,
      pull_request, head_sha, base, state, answer, asked_at, closed_at, revision)
    select ${epicId}, * from jsonb_to_recordset(${json(rows)}) as row (
      request_id text, kind text, question text, options jsonb, task_key text, budget_unit text,
      pull_request integer, head_sha text, base text, state text, answer jsonb, asked_at timestamptz, closed_at timestamptz, revision integer)
    on conflict (epic_id, request_id) do update set
      question = excluded.question, options = excluded.options, pull_request = excluded.pull_request,
      head_sha = excluded.head_sha, state = excluded.state, answer = excluded.answer, closed_at = excluded.closed_at,
      revision = excluded.revision
    where (known.question, known.options, known.pull_request, known.head_sha, known.state, known.answer, known.closed_at,
        known.revision)
      is distinct from (excluded.question, excluded.options, excluded.pull_request, excluded.head_sha, excluded.state,
        excluded.answer, excluded.closed_at, excluded.revision)
  `.execute(db);
}
