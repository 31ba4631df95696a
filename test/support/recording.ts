/** Records as executions write them, against a database of the test's own. */
import { createRecordActivities } from '../../activities/records.ts';
import type { Database } from '../../db/connection.ts';
import type { AgentView, DecisionEntry, EpicView, TaskView } from '../../workflows/contract/records.ts';
import { MockActivityEnvironment } from './activity-environment.ts';
import { createDatabase } from './database.ts';

/** Call `drop` in `after`. */
export async function createRecording() {
  const { db, drop } = await createDatabase();
  return {
    db,
    drop,

    /** An execution that records: every call runs in an activity of this workflow and run. */
    execution: (workflowId: string, runId: string, chain = runId, database = db) =>
      executionOn(database, { workflowId, runId, chain }),

    epicRow: (id: string) => db.selectFrom('epics').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),

    taskRow: (epicId: string, key: string) =>
      db.selectFrom('tasks').selectAll().where('epic_id', '=', epicId).where('key', '=', key).executeTakeFirstOrThrow(),
  };
}

/** Writes views as their workflows would, each in its only run. */
export function recorder(db: Database) {
  const as = (workflowId: string) => executionOn(db, { workflowId, runId: 'run', chain: 'run' });
  return {
    epic: (view: EpicView, decisions?: DecisionEntry[]) => as(`epic-${view.epicId}`).epic(view, decisions),
    task: (view: TaskView, decisions?: DecisionEntry[]) =>
      as(`epic-${view.epicId}/task-${view.taskKey}`).task(view, decisions),
    agent: (view: AgentView) => as(`agent-${view.agentId}`).agent(view),
  };
}

interface Run {
  readonly workflowId: string;
  readonly runId: string;
  /** The run that the workflow id began with. */
  readonly chain: string;
}

function executionOn(db: Database, { chain, ...workflowExecution }: Run) {
  const { recordEpic, recordTask, recordAgent } = createRecordActivities({ db });
  const run = <Input>(activity: (input: Input) => Promise<void>, input: Input) =>
    new MockActivityEnvironment({ workflowExecution }).run(activity, input);
  return {
    epic: (view: EpicView, decisions: DecisionEntry[] = []) => run(recordEpic, { view, chain, decisions }),
    task: (view: TaskView, decisions: DecisionEntry[] = []) => run(recordTask, { view, chain, decisions }),
    agent: (view: AgentView) => run(recordAgent, { view, chain, decisions: [] }),
  };
}
