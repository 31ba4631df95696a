/** New files of a change that no one asked for: its Worker is told once, and what stays is told to whoever merges it. */
import type { Leftovers } from '../contract/change.ts';
import type { Task } from './context.ts';
import { noteLeftoversTold } from './findings-state.ts';
import { sendBack, sendBackUncounted } from './send-back.ts';

/**
 * True when the change went back to its Worker: with what it was not told yet, and always with links that lead out of
 * the tree, which nobody else could follow.
 */
export function sendBackLeftovers(task: Task, { groups = [], outside = [] }: Leftovers): boolean {
  const { data, input } = task;
  const known = data.leftoversTold ?? [];
  const fresh = groups.filter(({ what }) => !known.includes(what));
  if (fresh.length === 0 && outside.length === 0) return false;
  noteLeftoversTold(
    data,
    fresh.map(({ what }) => what),
  );
  const words = [...fresh.map(({ words }) => words), ...outside.map((link) => `link ${link}`)];
  task.logLine({
    actor: 'factory',
    kind: 'refusal',
    decision: `${input.task.key} holds files that no one asked for`,
    reason: words.join('; ').slice(0, 5_000),
  });
  const why = outside.length === 0 ? 'it held files that no one asked for' : 'it held links that lead out of the tree';
  const opening = { kind: 'leftovers', groups: fresh, outside } as const;
  if (outside.length > 0) sendBack(task, { setback: 'verification', opening, words: why });
  // Told once, it is no setback.
  else sendBackUncounted(task, { opening, words: why });
  return true;
}
