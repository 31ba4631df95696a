/** How an epic's plan changes: each change is a revision with a number, and says who made it and why. */
import type { Plan, TaskInput } from '../contract/plan.ts';
import type { PlanRevision } from '../contract/plan-revision.ts';
import { type EpicData, newTask, type TaskEntry } from './state.ts';

/** Who changes the plan, when and why. */
export type Reviser = Pick<PlanRevision, 'at' | 'by' | 'why'>;

export function setPlan(data: EpicData, plan: Plan, by: Reviser): void {
  const changes = plan.map(({ key, title }) => `adds ${key}: ${title}`);
  setTasks(data, { tasks: plan.map(newTask), changes }, by);
}

/** What a revision makes of the tasks (revision.ts). */
export function setTasks(
  data: EpicData,
  { tasks, changes }: { readonly tasks: readonly TaskEntry[]; readonly changes: readonly string[] },
  by: Reviser,
): void {
  data.tasks = [...tasks];
  noteRevision(data, changes, by);
}

export function addTask(data: EpicData, task: TaskInput, by: Reviser): void {
  data.tasks.push(newTask(task));
  noteRevision(data, [`adds ${task.key}: ${task.title}`], by);
}

/** The plan's newest revision; 0 before there is one. */
export const revisionOf = ({ revisions = [] }: Pick<EpicData, 'revisions'>): number => revisions.at(-1)?.number ?? 0;

/** Each record of the epic has those that are kept, so they are few and short. */
export function noteRevision(data: EpicData, changes: readonly string[], { at, by, why }: Reviser): void {
  const shown = changes.slice(0, CHANGES_KEPT).map((change) => change.slice(0, MOST_OF_CHANGE));
  const rest = changes.length - shown.length;
  const revision: PlanRevision = {
    ...{ number: revisionOf(data) + 1, at, by, why: why.slice(0, MOST_OF_WHY) },
    changes: [...shown, ...(rest > 0 ? [`${rest} more changes`] : [])],
  };
  data.revisions = [...(data.revisions ?? []), revision].slice(-REVISIONS_KEPT);
}

const REVISIONS_KEPT = 30;
const CHANGES_KEPT = 50;
const MOST_OF_CHANGE = 120;
const MOST_OF_WHY = 1_000;

/** What a person said that the next plan must heed, the newest last. */
export function notePlanFeedback(data: EpicData, words: string): void {
  data.planFeedback = [data.planFeedback ?? '', words].join('\n\n').trim().slice(-MOST_FEEDBACK);
}

/** In characters. */
const MOST_FEEDBACK = 10_000;
