/** Which tasks may start, and what holds the others: a pure view of an epic's task graph. */
import type { TaskInput } from '../contract/plan.ts';
import { FINAL_STATES, type TaskState } from '../contract/states.ts';

export interface TaskNode {
  readonly task: Pick<TaskInput, 'key' | 'dependsOn'>;
  readonly state: TaskState;
  readonly skipped: boolean;
}

const WAITING: ReadonlySet<TaskState> = new Set(['PENDING', 'BLOCKED']);

export const isWaiting = (node: TaskNode): boolean => WAITING.has(node.state);
export const isEnded = (node: TaskNode): boolean => FINAL_STATES.has(node.state);
export const isRunning = (node: TaskNode): boolean => !isWaiting(node) && !isEnded(node);
/** What depends on it may start. */
const isDone = (node: TaskNode): boolean => node.state === 'COMPLETED' || node.skipped;

/** Keys of the tasks to start now, in plan order, so that at most `limit` run at once. */
export function startable(nodes: readonly TaskNode[], limit: number): string[] {
  const done = new Set(nodes.filter(isDone).map((node) => node.task.key));
  const running = nodes.filter(isRunning).length;
  return nodes
    .filter((node) => isWaiting(node) && !node.skipped && node.task.dependsOn.every((key) => done.has(key)))
    .slice(0, Math.max(0, limit - running))
    .map((node) => node.task.key);
}

/** Keys of the waiting tasks that cannot start, because something that they need has failed or was cancelled. */
export function blocked(nodes: readonly TaskNode[]): Map<string, string> {
  const lost = new Map<string, string>();
  for (const node of nodes) if (isEnded(node) && !isDone(node)) lost.set(node.task.key, node.task.key);
  const result = new Map<string, string>();
  for (let before = -1; before !== result.size; ) {
    before = result.size;
    for (const node of nodes) {
      if (!isWaiting(node) || node.skipped || result.has(node.task.key)) continue;
      const cause = node.task.dependsOn.find((key) => lost.has(key));
      if (cause === undefined) continue;
      const root = lost.get(cause) as string;
      result.set(node.task.key, root);
      lost.set(node.task.key, root);
    }
  }
  return result;
}

/** Why each waiting task waits, in words. */
export function holdReasons(
  nodes: readonly TaskNode[],
  limit: number,
): Map<string, { kind: 'blocker' | 'slot' | 'failure'; reason: string }> {
  const done = new Set(nodes.filter(isDone).map((node) => node.task.key));
  const stuck = blocked(nodes);
  const reasons = new Map<string, { kind: 'blocker' | 'slot' | 'failure'; reason: string }>();
  for (const node of nodes.filter((candidate) => isWaiting(candidate) && !candidate.skipped)) {
    const { key, dependsOn } = node.task;
    const cause = stuck.get(key);
    const missing = dependsOn.filter((other) => !done.has(other));
    if (cause !== undefined) reasons.set(key, { kind: 'failure', reason: `"${cause}" did not finish` });
    else if (missing.length > 0) reasons.set(key, { kind: 'blocker', reason: `waits for ${missing.join(', ')}` });
    else reasons.set(key, { kind: 'slot', reason: `all ${limit} slots of the epic are taken` });
  }
  return reasons;
}
