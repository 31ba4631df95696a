/** The plan of an epic: its tasks with what must be true of each, and how the last checks of each came out. */
import { sql } from 'kysely';
import { taskId } from '../../workflows/contract/ids.ts';
import type { TaskInput } from '../../workflows/contract/plan.ts';
import type { TaskState } from '../../workflows/contract/states.ts';
import type { Database } from '../connection.ts';
import { isoTime } from './columns.ts';
import { readCriteria } from './criteria.ts';
import { taskRows } from './tasks.ts';
import { readUnrun } from './unrun-checks.ts';

/** Of the commit of a task that was checked last. */
interface CheckedCommit {
  readonly commitSha: string;
  readonly checks: { readonly check: string; readonly exitCode: number }[];
  /** Those of the policy in force that it has no result of. */
  readonly unrun: string[];
  /** The commit that was run, where this one was only verified together with others. */
  readonly coveredBy: string | null;
  readonly at: string;
}

interface FoundOfCommit extends Omit<CheckedCommit, 'checks' | 'unrun'> {
  readonly results: { readonly check: string; readonly exitCode: number; readonly policyHash: string | null }[];
}

/** In plan order; none before there is a plan, and none of an epic that nobody knows. `checked` is null before anything was. */
export async function readPlan(db: Database, epicId: string) {
  const [tasks, checked, found, unrunOf] = await Promise.all([
    taskRows(db, epicId).orderBy('position').orderBy('key').execute(),
    readChecked(db, epicId),
    readCriteria(db, epicId),
    readUnrun(db, epicId),
  ]);
  return tasks.map(({ key, title, description, state, depends_on: dependsOn, ...row }) => ({
    ...{ id: taskId(epicId, key), key, title, description, dependsOn },
    acceptance: row.acceptance as string[],
    criteria: found(key, row.acceptance as string[]),
    files: row.files as string[],
    budgetUsd: row.budget_usd,
    budgetTokens: row.budget_tokens,
    state: state as TaskState,
    hasStarted: row.generation !== null || !WAITING.has(state),
    checked: checkedOf(checked.get(key), unrunOf),
  }));
}

function checkedOf(
  found: FoundOfCommit | undefined,
  unrunOf: Awaited<ReturnType<typeof readUnrun>>,
): CheckedCommit | null {
  if (found === undefined) return null;
  const { commitSha, results, coveredBy, at } = found;
  const [unrun] = unrunOf(results.map((result) => ({ commitSha, ...result })));
  const checks = results.map(({ check, exitCode }) => ({ check, exitCode }));
  return { commitSha, checks, unrun: unrun?.checks ?? [], coveredBy, at };
}

const WAITING: ReadonlySet<string> = new Set(['PENDING', 'BLOCKED'] satisfies TaskState[]);

/** A task as its Worker is told of it, without budgets; undefined when it was never recorded. */
export async function readTaskInput(db: Database, epicId: string, key: string): Promise<TaskInput | undefined> {
  const [row, dependsOn] = await Promise.all([
    db
      .selectFrom('tasks')
      .select(['key', 'title', 'description', 'acceptance', 'files'])
      .where('epic_id', '=', epicId)
      .where('key', '=', key)
      .executeTakeFirst(),
    db
      .selectFrom('task_dependencies')
      .select('depends_on')
      .where('epic_id', '=', epicId)
      .where('task_key', '=', key)
      .execute(),
  ]);
  if (row === undefined) return undefined;
  return {
    ...row,
    acceptance: row.acceptance as unknown as string[],
    files: row.files as unknown as string[],
    dependsOn: dependsOn.map((dependency) => dependency.depends_on),
  };
}

/** The newest of a plan, newest first. */
export async function readPlanRevisions(db: Database, epicId: string) {
  const rows = await db
    .selectFrom('plan_revisions')
    .selectAll()
    .where('epic_id', '=', epicId)
    .orderBy('number', 'desc')
    .limit(100)
    .execute();
  return rows.map(({ number, at, made_by: by, why, changes }) => ({
    ...{ number, by, why },
    at: isoTime(at),
    changes: changes as string[],
  }));
}

/** By task: the commit that something was found of last, whenever that had been run. */
async function readChecked(db: Database, epicId: string): Promise<ReadonlyMap<string, FoundOfCommit>> {
  const { rows } = await sql<{ key: string; at: Date } & Omit<FoundOfCommit, 'at'>>`
    with last as (
      select distinct on (task_key) task_key, commit_sha from evidence where epic_id = ${epicId}
      order by task_key, recorded_at desc, finished_at desc, commit_sha
    )
    select task_key as key, commit_sha as "commitSha", max(finished_at) as at, max(covered_by) as "coveredBy",
      json_agg(json_build_object('check', check_name, 'exitCode', exit_code, 'policyHash', policy_hash)
        order by check_name) as results
    from evidence join last using (task_key, commit_sha) where epic_id = ${epicId}
    group by task_key, commit_sha
  `.execute(db);
  return new Map(rows.map(({ key, at, ...commit }) => [key, { ...commit, at: isoTime(at) }]));
}
