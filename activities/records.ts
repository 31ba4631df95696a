/** What executions tell for people to read: the projection and the decision log. */
import { finalFailure } from '../clients/failures.ts';
import type { Database } from '../db/connection.ts';
import { writeAgent } from '../db/writes/agents.ts';
import { writeFirstBudget } from '../db/writes/budgets.ts';
import { claimEpic } from '../db/writes/claims.ts';
import { appendDecisions } from '../db/writes/decisions.ts';
import { type WriteOrder, writeEpic } from '../db/writes/epics.ts';
import { lapseMail } from '../db/writes/mail.ts';
import { settleMessage, storeMessage } from '../db/writes/messages.ts';
import { writePlanRevisions } from '../db/writes/plan-revisions.ts';
import { writePlannedTasks } from '../db/writes/planned-tasks.ts';
import { shareProjection } from '../db/writes/projection-lock.ts';
import { writePullRequest } from '../db/writes/pull-requests.ts';
import { writeHumanRequests } from '../db/writes/requests.ts';
import type { WorkflowRun } from '../db/writes/runs.ts';
import { writeSubmissions, writeTask } from '../db/writes/tasks.ts';
import { microUsdOf } from '../workflows/contract/budget.ts';
import type { CarriedRecord } from '../workflows/contract/carried-record.ts';
import type { StoredMessage } from '../workflows/contract/messages.ts';
import type { AgentView, DecisionEntry, EpicView, Recorded, TaskView } from '../workflows/contract/records.ts';
import { currentRun, numberRun } from './run-number.ts';

export function createRecordActivities({ db }: { readonly db: Database }) {
  return {
    /**
     * Writes an epic's view: the epic, its planned tasks, dependencies, revisions, human requests and pull request, its decisions,
     * and the outcome of the messages that it applied. Until its settings are known, the caps that it was submitted with too,
     * unless somebody has set others since: so that nobody lowers them unaware.
     * A run's first record claims the epic's id for its chain of executions.
     * Idempotent: ordered by (generation of the run, version), a lower or equal pair changes nothing; decisions by key.
     * Fails: EpicExists (final) when another chain owns the id; RunOvertaken, and whatever the database says (retried).
     * Runs on: factory.
     */
    recordEpic: (record: Recorded<EpicView>): Promise<void> => writeRecord(db, { name: 'recordEpic', record }),

    /**
     * Stores a message that the epic's workflow has received, in case its sender did not; the epic applies it after that.
     * Idempotent: by (epic, id); one that is stored stays as it is.
     * Fails: only with the database; retried.
     * Runs on: factory.
     */
    async receiveMessage(message: StoredMessage): Promise<void> {
      await storeMessage(db, message);
    },

    /**
     * Writes a task's view: its row, submissions and pull request, and its decisions.
     * Idempotent: as recordEpic. A task that its epic has not told yet is skipped: a later record has all of it.
     * Fails: only with the database; retried.
     * Runs on: factory.
     */
    recordTask: (record: Recorded<TaskView>): Promise<void> => writeRecord(db, { name: 'recordTask', record }),

    /**
     * Writes an agent's view and its decisions.
     * Idempotent: as recordEpic, so each of its statements may be repeated and they need no common transaction.
     * Fails: only with the database; retried.
     * Runs on: factory.
     */
    recordAgent: (record: Recorded<AgentView>): Promise<void> => writeRecord(db, { name: 'recordAgent', record }),
  };
}

/**
 * Writes a record of the run whose activity this is: its own activity, or one that takes it along.
 * Idempotent and failing as the activity of its name.
 */
export async function writeRecord(db: Database, { name, record }: CarriedRecord): Promise<void> {
  const run = currentRun();
  const numbers = numbersOf(db);
  const key = `${run.workflowId}/${run.runId}`;
  const generation = name === 'recordAgent' ? await write(db) : await db.transaction().execute(write);
  if (numbers.size >= MOST_NUMBERS) numbers.clear();
  numbers.set(key, generation);

  async function write(database: Database): Promise<number> {
    const { view, chain, decisions, messages = [] } = record;
    // A rebuild deletes a task's row and writes it again: between the two, the task's record would find no row.
    if (name !== 'recordAgent') await shareProjection(database, view.epicId);
    const known = numbers.get(key);
    const { generation, first } = known === undefined ? await numberRun(database) : { generation: known, first: false };
    if (first && name === 'recordEpic') await claim(database, view.epicId, chain);
    await WRITERS[name](database, view as never, { runId: run.runId, generation });
    if ('input' in view && view.settings === undefined) {
      await writeFirstBudget(database, view.epicId, submittedBudget(view.input));
    }
    await appendDecisions(database, keyed(run, decisions));
    for (const { id, ...outcome } of messages) {
      await settleMessage(database, view.epicId, id, { kind: 'applied', ...outcome });
    }
    if (endsReading(name, view)) await lapseMail(database, view.epicId);
    return generation;
  }
}

/** The generations of runs that have recorded by this process: one that is written down never changes. */
const NUMBERS = new WeakMap<Database, Map<string, number>>();
const MOST_NUMBERS = 5_000;

function numbersOf(db: Database): Map<string, number> {
  const numbers = NUMBERS.get(db) ?? new Map<string, number>();
  NUMBERS.set(db, numbers);
  return numbers;
}

/** What a record writes into the projection, by the activity's name: also when it is written again from history. */
export const WRITERS = {
  async recordEpic(db: Database, view: EpicView, order: WriteOrder): Promise<void> {
    if (!(await writeEpic(db, view, order))) return;
    await writePlannedTasks(db, view.epicId, view.tasks, order);
    const { epicId, revisions = [], version } = view;
    await writePlanRevisions(db, { epicId, revisions, generation: order.generation, version });
    await writeHumanRequests(db, view.epicId, view.requests);
    if (view.pullRequest !== undefined) await writePullRequest(db, view, view.pullRequest);
  },
  async recordTask(db: Database, view: TaskView, order: WriteOrder): Promise<void> {
    if (!(await writeTask(db, view, order))) return;
    await writeSubmissions(db, view.epicId, view.taskKey, view.submissions);
    if (view.pullRequest !== undefined) await writePullRequest(db, view, view.pullRequest);
  },
  recordAgent: (db: Database, view: AgentView, order: WriteOrder): Promise<void> => writeAgent(db, view, order),
};

const submittedBudget = ({ budgetUsd, budgetTokens }: EpicView['input']) => ({
  microUsd: budgetUsd === undefined ? undefined : microUsdOf(budgetUsd),
  tokens: budgetTokens,
});

/** Something that mail is sent to has ended, and will not begin again by itself. */
function endsReading(name: CarriedRecord['name'], view: CarriedRecord['record']['view']): boolean {
  if (name === 'recordAgent') return false;
  if ('tasks' in view && view.tasks.some(({ status }) => status?.state === 'CANCELLED')) return true;
  // A failed task may be tried again; an epic may not.
  return view.closedAt !== undefined && ('tasks' in view || view.state !== 'FAILED');
}

async function claim(db: Database, epicId: string, chain: string): Promise<void> {
  const owner = await claimEpic(db, epicId, chain);
  if (owner === chain) return;
  throw finalFailure('EpicExists', `Epic ${epicId} was started before; start this one under another id`, {
    details: [{ epicId, owner }],
  });
}

function keyed(run: WorkflowRun, decisions: readonly DecisionEntry[]) {
  return decisions.map((entry) => ({ ...entry, key: `${run.workflowId}/${run.runId}/${entry.seq}` }));
}
