/** What people or checks want changed in the whole becomes one more task. */
import type { Epic } from './context.ts';
import { addTask } from './plan-state.ts';
import { findTask, nextNumber } from './state.ts';

/** Answers with the task's key. */
export function addChange(epic: Epic, by: string, words: string, title = `Change: ${words.split('\n')[0]}`): string {
  const { data } = epic;
  const key = freeKey(data);
  const task = { key, title: title.slice(0, 200), description: words.slice(0, 20_000), acceptance: [], dependsOn: [] };
  addTask(data, task, { at: new Date().toISOString(), by, why: words });
  epic.decide(by, 'decision', `add task ${key}`, words.slice(0, 2_000), key);
  return key;
}

/** A plan may have used such a key itself. */
function freeKey(data: Epic['data']): string {
  for (;;) {
    const key = `change-${nextNumber(data)}`;
    if (findTask(data, key) === undefined) return key;
  }
}
