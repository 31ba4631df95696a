/** Tasks for screens: those of an epic, and one with its evidence. */
import { type Selectable, sql } from 'kysely';
import { taskId } from '../../workflows/contract/ids.ts';
import type { TaskView } from '../../workflows/contract/records.ts';
import type { TaskState } from '../../workflows/contract/states.ts';
import type { Database } from '../connection.ts';
import type { Tasks } from '../schema.ts';
import { readAgents } from './agents.ts';
import { isoTime, isoTimeOrNull, waiting } from './columns.ts';
import { readCriteria } from './criteria.ts';
import { readEvidence } from './evidence.ts';
import { readPullRequests } from './pull-requests.ts';
import { readRewindPoints } from './rewinds.ts';
import { readSubmissions } from './submissions.ts';
import { readUnrun } from './unrun-checks.ts';

type TaskRow = Selectable<Tasks> & { readonly depends_on: string[] };

/** In plan order, each with the keys of what it needs first. */
export async function readEpicTasks(db: Database, epicId: string) {
  const rows = await taskRows(db, epicId).orderBy('position').orderBy('key').execute();
  return rows.map(summary);
}

/** One task with its submissions, evidence, agents and pull requests; undefined when its epic has no such task. */
export async function readTask(db: Database, epicId: string, key: string) {
  const row = await taskRows(db, epicId).where('key', '=', key).executeTakeFirst();
  if (row === undefined) return undefined;
  const acceptance = row.acceptance as string[];
  const [found, evidence, unrunOf, submissions, agents, pullRequests, rewinds] = await Promise.all([
    readCriteria(db, epicId, key),
    readEvidence(db, epicId, key),
    readUnrun(db, epicId),
    readSubmissions(db, epicId, key),
    readAgents(db, epicId, key),
    readPullRequests(db, epicId, key),
    readRewindPoints(db, epicId, key),
  ]);
  return {
    ...summary(row),
    epicId,
    description: row.description,
    acceptance,
    criteria: found(key, acceptance),
    workflowId: row.workflow_id,
    runId: row.run_id,
    rounds: row.rounds as TaskView['rounds'] | null,
    epoch: row.epoch,
    worktree: row.worktree,
    evidence,
    unrun: unrunOf(evidence),
    submissions,
    agents,
    pullRequests,
    rewindTurns: rewinds.points.map(({ turn }) => turn),
  };
}

/** By key. */
export async function readTaskTitles(db: Database, epicId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('tasks').select(['key', 'title']).where('epic_id', '=', epicId).execute();
  return new Map(rows.map(({ key, title }) => [key, title]));
}

/** The acceptance criteria of one task, or of each task that is not cancelled, in the plan's order. */
export async function readAcceptance(db: Database, epicId: string, taskKey?: string) {
  const rows = await db
    .selectFrom('tasks')
    .select(['key', 'acceptance'])
    .where('epic_id', '=', epicId)
    .$if(taskKey !== undefined, (query) => query.where('key', '=', taskKey as string))
    .$if(taskKey === undefined, (query) => query.where('state', '!=', 'CANCELLED'))
    .orderBy('position')
    .orderBy('key')
    .execute();
  return rows.map(({ key, acceptance }) => ({ key, acceptance: acceptance as string[] }));
}

/** Each with the keys of what it needs first. */
export const taskRows = (db: Database, epicId: string) =>
  db
    .selectFrom('tasks')
    .selectAll('tasks')
    .select(
      sql<string[]>`array(
        select depends_on from task_dependencies
        where task_dependencies.epic_id = tasks.epic_id and task_key = tasks.key order by depends_on)`.as('depends_on'),
    )
    .where('epic_id', '=', epicId);

function summary(row: TaskRow) {
  return {
    id: taskId(row.epic_id, row.key),
    key: row.key,
    title: row.title,
    state: row.state as TaskState,
    phase: row.phase,
    ...waiting(row),
    attempt: row.attempt,
    dependsOn: row.depends_on,
    host: row.host,
    branch: row.branch,
    pullRequest: row.pull_request,
    startedAt: isoTimeOrNull(row.started_at),
    updatedAt: isoTime(row.updated_at),
    closedAt: isoTimeOrNull(row.closed_at),
  };
}
