/** Records as executions write them, against a database of the test's own. */
import { createRecordActivities } from '../../activities/records.ts';
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
    execution(workflowId: string, runId: string, chain = runId, database = db) {
      const activities = createRecordActivities({ db: database });
      const run = <Input>(activity: (input: Input) => Promise<void>, input: Input) =>
        new MockActivityEnvironment({ workflowExecution: { workflowId, runId } }).run(activity, input);
      return {
        epic: (view: EpicView, decisions: DecisionEntry[] = []) =>
          run(activities.recordEpic, { view, chain, decisions }),
        task: (view: TaskView) => run(activities.recordTask, { view, chain, decisions: [] }),
        agent: (view: AgentView) => run(activities.recordAgent, { view, chain, decisions: [] }),
      };
    },

    epicRow: (id: string) => db.selectFrom('epics').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),

    taskRow: (epicId: string, key: string) =>
      db.selectFrom('tasks').selectAll().where('epic_id', '=', epicId).where('key', '=', key).executeTakeFirstOrThrow(),
  };
}
