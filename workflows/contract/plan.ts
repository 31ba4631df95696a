/** A plan: the tasks of an epic and what each needs first. */
import { z } from 'zod';
import { budgetTokens, budgetUsd } from './budget.ts';
import { FilePattern, MOST_PATTERNS, pathsOf } from './file-patterns.ts';
import { TaskKey } from './ids.ts';
import { titleOf } from './title.ts';

export const TaskInput = z.strictObject({
  key: TaskKey,
  title: titleOf('the task'),
  description: z.string().max(20_000).default(''),
  /** What must be true for the task to be done, one criterion each. */
  acceptance: z.array(z.string().min(1).max(1_000)).max(50).default([]),
  dependsOn: z.array(TaskKey).max(50).default([]),
  /** What it may use of the epic's budget. */
  budgetUsd: budgetUsd.optional(),
  budgetTokens: budgetTokens.optional(),
  /** The files that it will likely touch: tasks that share some and do not wait for each other are flagged. */
  files: z.array(FilePattern).max(MOST_PATTERNS).optional(),
});
export type TaskInput = z.infer<typeof TaskInput>;

/** A plan goes with each record of its epic, and Temporal takes 2 MB at once. */
const LONGEST_PLAN = 300_000;

/** Of all tasks together, `{a,b}` counted as two: each is compared with each. */
const MOST_PATHS = 600;

/** 1 to 50 tasks with unique keys, known references and no cycle. Every violation is named. */
const planOf = <Task extends z.ZodType<TaskInput>>(task: Task) =>
  z
    .array(task)
    .min(1, 'a plan needs at least one task')
    .max(50, 'a plan has at most 50 tasks')
    .superRefine((tasks, context) => {
      for (const problem of planProblems(tasks)) context.addIssue({ code: 'custom', ...problem });
    });
export const Plan = planOf(TaskInput);
export type Plan = z.infer<typeof Plan>;
/** A task as an agent hands it in: budgets are people's. */
export const AgentTask = TaskInput.omit({ budgetUsd: true, budgetTokens: true });
export const AgentPlan = planOf(AgentTask);

/** Duplicate keys, unknown references, cycles, too long texts and too many files, each with the place in the plan. */
export function planProblems(tasks: readonly TaskInput[]): { message: string; path: (string | number)[] }[] {
  const problems: { message: string; path: (string | number)[] }[] = [];
  const known = new Set(tasks.map((task) => task.key));
  const seen = new Set<string>();
  for (const [index, task] of tasks.entries()) {
    if (seen.has(task.key)) problems.push({ message: `the key "${task.key}" is used twice`, path: [index, 'key'] });
    seen.add(task.key);
    for (const [position, key] of task.dependsOn.entries()) {
      if (!known.has(key)) {
        problems.push({
          message: `"${task.key}" depends on "${key}", which is not in the plan`,
          path: [index, 'dependsOn', position],
        });
      }
    }
  }
  const cycle = cyclicKeys(tasks);
  if (cycle.length > 0) problems.push({ message: `these tasks wait for each other: ${cycle.join(', ')}`, path: [] });
  const paths = tasks.reduce((sum, { files = [] }) => sum + files.flatMap(pathsOf).length, 0);
  if (paths > MOST_PATHS) {
    const message = `the tasks name ${paths} files together, and a plan has at most ${MOST_PATHS}; name folders instead`;
    problems.push({ message, path: [] });
  }
  // Without the dependencies, to which the order of overlapping tasks adds: their number is limited by itself.
  if (JSON.stringify(tasks.map((task) => ({ ...task, dependsOn: [] }))).length > LONGEST_PLAN) {
    const message = `all texts of a plan together have at most ${LONGEST_PLAN} characters; keep details in files of the repository`;
    problems.push({ message, path: [] });
  }
  return problems;
}

/** The keys that are on a cycle or behind one (Kahn's algorithm: what is left when all startable tasks are taken away). */
function cyclicKeys(tasks: readonly TaskInput[]): string[] {
  const known = new Set(tasks.map((task) => task.key));
  let left = tasks;
  for (;;) {
    const open = new Set(left.map((task) => task.key));
    const next = left.filter((task) => task.dependsOn.some((key) => known.has(key) && open.has(key)));
    if (next.length === left.length) return next.map((task) => task.key);
    left = next;
  }
}
