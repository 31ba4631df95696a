/** What people or checks want changed in the whole becomes one more task. */
import type { Epic } from './context.ts';
import { addTask } from './plan-state.ts';
import { findTask, nextNumber } from './state.ts';

interface WantedChange {
  readonly by: string;
  readonly words: string;
  readonly title?: string;
}

/** Returns the task's key. */
export function addChangeTask(
  epic: Epic,
  { by, words, title = `Change: ${words.split('\n')[0]}` }: WantedChange,
): string {
  const { data } = epic;
  const key = freeKey(data);
  const task = { key, title: title.slice(0, 200), description: words.slice(0, 20_000), acceptance: [], dependsOn: [] };
  addTask(data, task, { at: new Date().toISOString(), by, why: words });
  epic.logLine({
    actor: by,
    kind: 'decision',
    decision: `add task ${key}`,
    reason: words.slice(0, 2_000),
    taskKey: key,
  });
  return key;
}

/** A plan may have used such a key itself. */
function freeKey(data: Epic['data']): string {
  for (;;) {
    const key = `change-${nextNumber(data)}`;
    if (findTask(data, key) === undefined) return key;
  }
}
