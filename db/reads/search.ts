/** Epics, tasks, agents and pull requests by what people remember of them. */
import { sql } from 'kysely';
import type { PullRequestView } from '../../workflows/contract/pull-request.ts';
import type { AgentState, EpicState, Purpose, TaskState } from '../../workflows/contract/states.ts';
import type { Database } from '../connection.ts';

/** Hits of each kind. */
const MOST_FOUND = 20;

const first = <Row>(rows: readonly Row[]): Row[] => rows.slice(0, MOST_FOUND);

export const FOUND_KINDS = ['epics', 'tasks', 'agents', 'pullRequests'] as const;

/** Every word must be in the row's text, whatever its case. Nothing in a word is a pattern. */
const patternsOf = (text: string): string[] =>
  text
    .trim()
    .split(/\s+/)
    .map((word) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`);

export interface FoundEpic {
  readonly id: string;
  readonly title: string;
  readonly state: EpicState;
  readonly startedAt: Date;
}

export interface FoundTask {
  readonly epicId: string;
  readonly key: string;
  readonly title: string;
  readonly state: TaskState;
  readonly updatedAt: Date;
}

export interface FoundAgent {
  readonly id: string;
  readonly epicId: string;
  readonly taskKey: string | null;
  readonly purpose: Purpose;
  readonly attempt: number;
  readonly state: AgentState;
  readonly startedAt: Date;
}

export interface FoundPullRequest {
  readonly repository: string;
  readonly number: number;
  readonly epicId: string;
  readonly taskKey: string | null;
  readonly title: string;
  readonly head: string;
  readonly state: PullRequestView['state'];
  readonly url: string;
}

/** Newest first; `more` names the kinds of which others are left out. */
export async function search(db: Database, text: string) {
  const patterns = patternsOf(text);
  const fits = (...columns: string[]) =>
    sql<boolean>`concat_ws(' ', ${sql.join(columns.map((column) => sql.ref(column)))}) ilike all(${patterns}::text[])`;
  const [epics, tasks, agents, pullRequests] = await Promise.all([
    sql<FoundEpic>`
      select id, title, state, started_at as "startedAt" from epics
      where ${fits('id', 'title', 'source_id', 'base_branch')}
      order by started_at desc, id limit ${MOST_FOUND + 1}
    `.execute(db),
    sql<FoundTask>`
      select epic_id as "epicId", key, title, state, updated_at as "updatedAt" from tasks
      where ${sql`epic_id || '.' || concat_ws(' ', key, title, branch) ilike all(${patterns}::text[])`}
      order by updated_at desc, epic_id, key limit ${MOST_FOUND + 1}
    `.execute(db),
    sql<FoundAgent>`
      select id, epic_id as "epicId", task_key as "taskKey", purpose, attempt, state, started_at as "startedAt"
      from agents where ${fits('id', 'role', 'model')}
      order by started_at desc, id limit ${MOST_FOUND + 1}
    `.execute(db),
    sql<FoundPullRequest>`
      select repository, number, epic_id as "epicId", task_key as "taskKey", title, head, state, url from pull_requests
      where concat_ws(' ', '#' || number, title, head, repository) ilike all(${patterns}::text[])
      order by updated_at desc, repository, number limit ${MOST_FOUND + 1}
    `.execute(db),
  ]);
  const found = { epics: epics.rows, tasks: tasks.rows, agents: agents.rows, pullRequests: pullRequests.rows };
  return {
    epics: first(found.epics),
    tasks: first(found.tasks),
    agents: first(found.agents),
    pullRequests: first(found.pullRequests),
    more: FOUND_KINDS.filter((kind) => found[kind].length > MOST_FOUND),
  };
}
