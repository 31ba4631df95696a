/** What a revision makes of a plan: tasks that have not started are added, dropped and changed; all others stay. Pure. */
import { defined } from '../contract/optional-fields.ts';
import { inSequence } from '../contract/overlaps.ts';
import { planProblems, type TaskInput } from '../contract/plan.ts';
import { newTask, type TaskEntry } from './state.ts';
import { isWaiting } from './task-graph.ts';

export interface Problem {
  readonly message: string;
  /** In the tasks that were given. */
  readonly path: readonly (string | number)[];
}

export interface Revised {
  readonly tasks: TaskEntry[];
  /** A line for each change; none when the plan stays as it is. */
  readonly changes: string[];
}

/** More than a plan has at first: tasks are added to what is done. */
export const MOST_TASKS = 100;
const TOO_MANY_TASKS = `an epic has at most ${MOST_TASKS} tasks; submit another epic for more`;

/** It has never started, so nothing was done for it yet. */
export const isUntouched = (entry: TaskEntry): boolean =>
  isWaiting(entry) && !entry.skipped && !entry.hasBegun && entry.life === 1 && entry.parked === undefined;

/** Keys of the tasks that no revision changes. */
export const touchedKeys = (entries: readonly TaskEntry[]): ReadonlySet<string> =>
  new Set(entries.filter((entry) => !isUntouched(entry)).map(({ task }) => task.key));

/**
 * Takes `wanted` for the tasks that have not started, in that order: one that is not among them is dropped. Tasks that have
 * started or ended come first and stay, and need not be given; given otherwise than they are, they are a problem. A cap that
 * is not given stays as it is.
 */
export function revise(
  entries: readonly TaskEntry[],
  wanted: readonly TaskInput[],
): Revised | { readonly problems: readonly Problem[] } {
  const touched = entries.filter((entry) => !isUntouched(entry));
  const kept = new Map(touched.map((entry) => [entry.task.key, entry.task]));
  const known = new Map(entries.map((entry) => [entry.task.key, entry]));
  const given = wanted.map((task) => withCapsOf(known.get(task.key)?.task, task));
  const problems: Problem[] = given.flatMap((task, at) => {
    const before = kept.get(task.key);
    const field = before === undefined ? undefined : changedFields(before, task)[0];
    if (field === undefined) return [];
    return [{ message: `"${task.key}" has started and stays as it is: leave it out`, path: [at, field] }];
  });
  const next = given.filter(({ key }) => !kept.has(key));
  const positions = given.flatMap(({ key }, at) => (kept.has(key) ? [] : [at]));
  const all = [...touched.map(({ task }) => task), ...next];
  for (const { message, path } of planProblems(all)) {
    const [at, ...rest] = path;
    problems.push({ message, path: typeof at === 'number' ? shifted(at - touched.length, positions, rest) : path });
  }
  if (all.length === 0) problems.push({ message: 'a plan needs at least one task', path: [] });
  if (all.length > Math.max(MOST_TASKS, entries.length)) problems.push({ message: TOO_MANY_TASKS, path: [] });
  if (problems.length > 0) return { problems };
  const tasks = next.map((task) => {
    const before = known.get(task.key);
    return before !== undefined && changedFields(before.task, task).length === 0 ? before : newTask(task);
  });
  return { tasks: [...touched, ...tasks], changes: changesOf(entries.filter(isUntouched), next) };
}

/** A position among all tasks as one among those that were given; a started task that breaks something is none of them. */
function shifted(at: number, positions: readonly number[], rest: readonly (string | number)[]): (string | number)[] {
  const position = positions[at];
  return position === undefined ? [] : [position, ...rest];
}

function changesOf(before: readonly TaskEntry[], next: readonly TaskInput[]): string[] {
  const old = new Map(before.map(({ task }) => [task.key, task]));
  const keys = new Set(next.map(({ key }) => key));
  const dropped = [...old.keys()].filter((key) => !keys.has(key)).map((key) => `drops ${key}`);
  const changed = next.flatMap((task) => {
    const was = old.get(task.key);
    if (was === undefined) return [`adds ${task.key}: ${task.title}`];
    const fields = changedFields(was, task).map((field) => FIELD_WORDS[field]);
    return fields.length === 0 ? [] : [`changes ${task.key}: ${fields.join(', ')}`];
  });
  const stayed = (list: readonly string[]) => list.filter((key) => old.has(key) && keys.has(key)).join();
  const isReordered = stayed([...old.keys()]) !== stayed(next.map(({ key }) => key));
  return [...dropped, ...changed, ...(isReordered ? ['changes the order'] : [])];
}

export const FIELD_WORDS = {
  title: 'title',
  description: 'description',
  acceptance: 'criteria',
  dependsOn: 'dependencies',
  files: 'files',
  budgetUsd: 'cap in USD',
  budgetTokens: 'cap in tokens',
} as const;

/** A person's cap goes only when another is set: who changes a plan need not know of it. */
function withCapsOf(before: TaskInput | undefined, task: TaskInput): TaskInput {
  const budgetUsd = task.budgetUsd ?? before?.budgetUsd;
  const budgetTokens = task.budgetTokens ?? before?.budgetTokens;
  return {
    ...task,
    ...defined({ budgetUsd, budgetTokens }),
  };
}

/** The first of what keeps a task out of the plan. */
export function addingProblem(entries: readonly TaskEntry[], task: TaskInput): string | undefined {
  if (entries.length >= MOST_TASKS) return TOO_MANY_TASKS;
  return planProblems([...entries.map((entry) => entry.task), task])[0]?.message;
}

/** One more task, which waits for those that it overlaps. */
export const addedInSequence = (entries: readonly TaskEntry[], task: TaskInput): TaskInput =>
  inSequence([...entries.map((entry) => entry.task), task], touchedKeys(entries)).at(-1) ?? task;

/** It was added before, perhaps with more to wait for. */
export const isAdded = (known: TaskInput, task: TaskInput): boolean =>
  changedFields(known, { ...withCapsOf(known, task), dependsOn: known.dependsOn }).length === 0 &&
  task.dependsOn.every((key) => known.dependsOn.includes(key));

/** The order of dependencies and files says nothing. */
export function changedFields(before: TaskInput, after: TaskInput): (keyof typeof FIELD_WORDS)[] {
  const sorted = (list: readonly string[] = []) => list.toSorted().join('\n');
  const fields: Record<keyof typeof FIELD_WORDS, boolean> = {
    title: before.title !== after.title,
    description: before.description !== after.description,
    acceptance: before.acceptance.join('\n') !== after.acceptance.join('\n'),
    dependsOn: sorted(before.dependsOn) !== sorted(after.dependsOn),
    files: sorted(before.files) !== sorted(after.files),
    budgetUsd: before.budgetUsd !== after.budgetUsd,
    budgetTokens: before.budgetTokens !== after.budgetTokens,
  };
  return (Object.keys(fields) as (keyof typeof FIELD_WORDS)[]).filter((field) => fields[field]);
}
