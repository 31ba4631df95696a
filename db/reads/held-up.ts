/** What open questions of people hold up: tasks, those that need them, and agents. */
import { sql } from 'kysely';
import type { Hold, RequestKind, TaskState } from '../../workflows/contract/states.ts';
import type { Database } from '../connection.ts';

export interface AskedOf {
  readonly epicId: string;
  readonly kind: RequestKind;
  readonly taskKey: string | null;
  readonly askedAt: string;
}

export interface HeldUp {
  /** The task that asks first, then those that cannot start before it has ended. */
  readonly tasks: { key: string; title: string; state: TaskState; since: string }[];
  readonly agents: { id: string; since: string }[];
}

interface TaskRow {
  readonly epic_id: string;
  readonly key: string;
  readonly title: string;
  readonly state: TaskState;
  readonly hold: Hold | null;
  readonly needs: readonly string[];
}

interface AgentRow {
  readonly id: string;
  readonly epic_id: string;
  readonly task_key: string | null;
  readonly hold: Hold | null;
}

/** Reads the unfinished tasks and agents of the epics once, whatever the number of questions. */
export async function readHeldUp(db: Database, epicIds: readonly string[]): Promise<(request: AskedOf) => HeldUp> {
  const [tasks, agents] = await Promise.all([
    sql<TaskRow>`
      select epic_id, key, title, state, hold, array(
        select depends_on from task_dependencies d where d.epic_id = tasks.epic_id and d.task_key = tasks.key) as needs
      from tasks where epic_id = any(${[...epicIds]}::text[]) and state not in ('COMPLETED', 'CANCELLED')
      order by position, key
    `.execute(db),
    sql<AgentRow>`
      select id, epic_id, task_key, hold from agents
      where epic_id = any(${[...epicIds]}::text[]) and closed_at is null order by started_at, id
    `.execute(db),
  ]);
  const tasksOf = Map.groupBy(tasks.rows, ({ epic_id }) => epic_id);
  const agentsOf = Map.groupBy(agents.rows, ({ epic_id }) => epic_id);
  return (request) => heldUpBy(request, tasksOf.get(request.epicId) ?? [], agentsOf.get(request.epicId) ?? []);
}

function heldUpBy(request: AskedOf, tasks: readonly TaskRow[], agents: readonly AgentRow[]): HeldUp {
  const { taskKey, kind } = request;
  const isHeld = ({ hold }: { readonly hold: Hold | null }) =>
    hold?.kind === (kind === 'budget' ? 'budget' : 'person') || (kind === 'plan' && taskKey === null);
  const asking = tasks.filter((task) => (taskKey === null ? isHeld(task) : task.key === taskKey));
  const held = [...asking, ...waitingFor(asking, tasks)];
  const keys = new Set(asking.map(({ key }) => key));
  const waiting = agents.filter((agent) =>
    taskKey === null
      ? isHeld(agent) || (agent.task_key !== null && keys.has(agent.task_key))
      : agent.task_key === taskKey,
  );
  const since = (hold: Hold | null) => hold?.since ?? request.askedAt;
  return {
    tasks: held.map(({ key, title, state, hold }) => ({ key, title, state, since: since(hold) })),
    agents: waiting.map(({ id, hold }) => ({ id, since: since(hold) })),
  };
}

/** Returns the tasks that depend on one of `asking`, directly or through others. */
function waitingFor(asking: readonly TaskRow[], tasks: readonly TaskRow[]): TaskRow[] {
  const reached = new Set(asking.map(({ key }) => key));
  const found: TaskRow[] = [];
  for (let before = -1; before !== found.length; ) {
    before = found.length;
    for (const task of tasks) {
      if (reached.has(task.key) || task.state !== 'PENDING' || !task.needs.some((key) => reached.has(key))) continue;
      reached.add(task.key);
      found.push(task);
    }
  }
  return found;
}
