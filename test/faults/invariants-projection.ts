/** Invariants of what people's screens read: it says what the workflows say, and can be written again from Temporal. */
import { isDeepStrictEqual } from 'node:util';
import { requiredTsToMs } from '@temporalio/common/lib/time.js';
import { rebuildProjection } from '../../activities/rebuild.ts';
import type { AgentView, EpicView, TaskView } from '../../workflows/contract/records.ts';
import { askStatus } from '../support/ask-status.ts';
import type { Lane } from './lane.ts';
import type { Execution, Run } from './run-facts.ts';

/** The newest run of each execution of the epics is asked for its status, and its row is compared with the answer. */
export async function projectionTellsTheState(run: Run): Promise<string[]> {
  const { lane } = run;
  const problems: string[] = [];
  const lives = Map.groupBy(await run.executions(), ({ workflowId }) => workflowId);
  for (const [workflowId, executions] of lives) {
    const runs = executions.toSorted((a, b) => endOf(a) - endOf(b));
    const views: never[] = [];
    for (const one of runs.filter(canBeAsked))
      views.push(await askStatus<never>(lane.temporal.workflow.getHandle(workflowId, one.runId)));
    const newest = runs.at(-1) as Execution;
    if (!canBeAsked(newest)) continue;
    const compare = COMPARISONS[newest.type as keyof typeof COMPARISONS];
    const life = { workflowId, views, closedFromOutside: isTerminated(newest), leftParked: isParked(newest) };
    problems.push(...(await compare(lane, life)));
  }
  return problems;
}

/** What the runs of one workflow id say of themselves, the newest last. */
interface Life<View> {
  readonly workflowId: string;
  readonly views: readonly View[];
  /** It could not say how it ended, so the reconciler did. */
  readonly closedFromOutside: boolean;
  /** It waited to be started again, and its epic ended without it. */
  readonly leftParked: boolean;
}

/** A reset run begins with a copy of the former one's events, so that only their ends tell them apart. */
const endOf = ({ events }: Execution): number => requiredTsToMs(events.at(-1)?.eventTime, 'eventTime');
const isTerminated = ({ events }: Execution): boolean =>
  Boolean(events.at(-1)?.workflowExecutionTerminatedEventAttributes);

const isParked = ({ events }: Execution): boolean => {
  const [result] = events.at(-1)?.workflowExecutionCompletedEventAttributes?.result?.payloads ?? [];
  return result?.data ? Buffer.from(result.data).toString().startsWith('{"parked"') : false;
};

/** One that was ended with a workflow task that had not started refuses every query (workflows/refuse-early-events.ts). */
const canBeAsked = (one: Execution): boolean =>
  !isTerminated(one) || !one.events.at(-2)?.workflowTaskScheduledEventAttributes;

const COMPARISONS = {
  async epicWorkflow({ db }: Lane, { workflowId, views, closedFromOutside }: Life<EpicView>): Promise<string[]> {
    const view = views.at(-1) as EpicView;
    const row = await db.selectFrom('epics').selectAll().where('workflow_id', '=', workflowId).executeTakeFirst();
    const requests = await db
      .selectFrom('human_requests')
      .select(['request_id', 'state'])
      .where('epic_id', '=', view.epicId)
      .execute();
    const dependencies = await db
      .selectFrom('task_dependencies')
      .select(['task_key', 'depends_on'])
      .where('epic_id', '=', view.epicId)
      .execute();
    return differences(workflowId, {
      state: [closedFromOutside ? 'FAILED' : view.state, row?.state],
      phase: [closedFromOutside ? 'closed from outside' : view.phase, row?.phase],
      'merged commit': [view.mergedSha ?? null, row?.merged_sha],
      'pull request': [view.pullRequest?.number ?? null, row?.pull_request],
      requests: [
        view.requests
          .map(({ requestId, state }) => `${requestId} ${closedFromOutside && state === 'open' ? 'withdrawn' : state}`)
          .toSorted(),
        requests.map(({ request_id, state }) => `${request_id} ${state}`).toSorted(),
      ],
      dependencies: [
        view.tasks.flatMap(({ task }) => task.dependsOn.map((key) => `${task.key} ${key}`)).toSorted(),
        dependencies.map(({ task_key, depends_on }) => `${task_key} ${depends_on}`).toSorted(),
      ],
    });
  },

  async taskWorkflow({ db }: Lane, { workflowId, views, closedFromOutside }: Life<TaskView>): Promise<string[]> {
    const view = views.at(-1) as TaskView;
    const { epicId, taskKey } = view;
    const row = await db.selectFrom('tasks').selectAll().where('workflow_id', '=', workflowId).executeTakeFirst();
    const submissions = await db
      .selectFrom('submissions')
      .select(['number', 'state'])
      .where('epic_id', '=', epicId)
      .where('task_key', '=', taskKey)
      .orderBy('number')
      .execute();
    // Once the task has closed its epic speaks for it: a skipped one is cancelled, whatever it ended as.
    const said = row?.state === 'CANCELLED' || closedFromOutside ? [] : [view.state, row?.state];
    // What an earlier run handed in, before a reset of its epic, stays what it became.
    const handedIn = new Map(views.flatMap(({ submissions: own }) => own.map((each) => [each.number, each.state])));
    return differences(workflowId, {
      state: [said[0], said[1]],
      attempt: [view.attempt, row?.attempt],
      rounds: [view.rounds, row?.rounds],
      branch: [view.branch ?? null, row?.branch],
      'pull request': [view.pullRequest?.number ?? null, row?.pull_request],
      submissions: [[...handedIn].map(([number, state]) => ({ number, state })), submissions],
    });
  },

  async agentWorkflow({ db }: Lane, { workflowId, views, leftParked }: Life<AgentView>): Promise<string[]> {
    const last = views.at(-1) as AgentView;
    const view = leftParked ? { ...last, state: 'CANCELLED', phase: 'closed' } : last;
    const row = await db.selectFrom('agents').selectAll().where('workflow_id', '=', workflowId).executeTakeFirst();
    return differences(workflowId, {
      state: [view.state, row?.state],
      phase: [view.phase, row?.phase],
      turn: [view.turn, row?.turn],
    });
  },
};

const differences = (workflowId: string, pairs: Readonly<Record<string, readonly [unknown, unknown]>>): string[] =>
  Object.entries(pairs).flatMap(([what, [said, written]]) =>
    isDeepStrictEqual(said, written)
      ? []
      : [`${workflowId}: ${what} is ${JSON.stringify(said)}, and in the database ${JSON.stringify(written)}`],
  );

const TABLES = {
  epics: 'id',
  tasks: 'epic_id',
  task_dependencies: 'epic_id',
  plan_revisions: 'epic_id',
  agents: 'epic_id',
  pull_requests: 'epic_id',
  submissions: 'epic_id',
  human_requests: 'epic_id',
} as const;

/** The rows of the epics are deleted, written again from Temporal and compared with what they were. */
export async function projectionIsRebuilt({ lane, epics }: Run): Promise<string[]> {
  const { db, temporal } = lane;
  const ids = epics.map(({ id }) => id);
  const before = await readRows(lane, ids);
  for (const [table, column] of Object.entries(TABLES).toReversed()) {
    await db
      .deleteFrom(table as 'tasks')
      .where(column as 'epic_id', 'in', ids)
      .execute();
  }
  await rebuildProjection({ db, temporal }, { epicIds: ids });
  // What was closed from outside told nothing of its end: the reconciler settles it again.
  await lane.temporal.workflow.execute('reconcileWorkflow', {
    taskQueue: 'factory',
    workflowId: `reconcile-rebuilt-${crypto.randomUUID()}`,
  });
  const now = await readRows(lane, ids);
  return [...before].flatMap(([table, rows]) => {
    const again = now.get(table) ?? [];
    const lost = rows.filter((row) => !again.includes(row));
    const added = again.filter((row) => !rows.includes(row));
    return [...lost.map((row) => `${table} lost ${row}`), ...added.map((row) => `${table} has ${row}`)];
  });
}

export async function pullRequestsAreShown({ lane, epics }: Run): Promise<string[]> {
  const rows = await lane.db
    .selectFrom('pull_requests as shown')
    .innerJoin('forge_pull_requests as kept', (join) =>
      join.onRef('kept.repository', '=', 'shown.repository').onRef('kept.number', '=', 'shown.number'),
    )
    .select(['shown.head', 'shown.state as shown', 'kept.state as kept'])
    .where(
      'shown.epic_id',
      'in',
      epics.map(({ id }) => id),
    )
    .execute();
  return rows
    .filter(({ shown, kept }) => shown !== kept)
    .map(({ head, shown, kept }) => `${head} is ${kept}, and shown as ${shown}`);
}

async function readRows({ db }: Lane, ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = Object.entries(TABLES).map(async ([table, column]) => {
    const found = await db
      .selectFrom(table as 'tasks')
      .selectAll()
      .where(column as 'epic_id', 'in', ids)
      .execute();
    const texts = found.map((row) => JSON.stringify(row, comparable));
    return [table, texts.toSorted()] as const;
  });
  return new Map(await Promise.all(rows));
}

/** When a row was last written is no part of what it says; a task's end is told by itself and its epic, whoever is later. */
function comparable(key: string, value: unknown): unknown {
  if (key === 'updated_at') return undefined;
  return key === 'closed_at' ? value !== null : value;
}
