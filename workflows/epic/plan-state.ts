/** How an epic comes to its plan, and how the plan grows. Pure. */
import type { ParkedRound } from '../contract/agent.ts';
import type { Cap } from '../contract/budget.ts';
import type { Plan, TaskInput } from '../contract/plan.ts';
import type { QuestionAnswered } from '../contract/talk.ts';
import { withAnswers } from '../parked-questions.ts';
import { type Change, change } from '../read-only-state.ts';
import { changedFields, FIELD_WORDS } from './revision.ts';
import { noteRevision, type Reviser } from './revision-state.ts';
import {
  type EntryFields,
  type EpicData,
  type EpicFields,
  isPlanned,
  newTask,
  nextNumber,
  type Planner,
  type TaskEntry,
} from './state.ts';

const update = (data: EpicData, fields: Change<EpicFields>): void => change<EpicFields>(data, fields);

/** The Orchestrator that plans; `chain` names the epic's execution, so that its next wish is another one. */
export function plannerOf(data: EpicData, chain: string): Planner {
  const planner = data.planner ?? { openedBy: `${chain}/plan/${nextNumber(data)}` };
  if (data.planner === undefined) update(data, { planner });
  return planner;
}

/** Returns how it was parked, which its round takes up now. */
export function takeParkedPlanner(data: EpicData): ParkedRound | undefined {
  const { planner } = data;
  if (planner === undefined) return undefined;
  update(data, { planner: { openedBy: planner.openedBy } });
  return planner.parked;
}

export function parkPlanner(data: EpicData, parked: ParkedRound): void {
  if (data.planner !== undefined) update(data, { planner: { ...data.planner, parked } });
}

/** People have answered what the Orchestrator asked before it plans: it goes on with that. */
export function answerPlanned(data: EpicData, answered: readonly QuestionAnswered[]): void {
  if (data.planner?.parked !== undefined) parkPlanner(data, withAnswers(data.planner.parked, answered));
}

/** The next one is another agent. Returns how many failed since a person was asked. */
export function notePlanningFailed(data: EpicData): number {
  const planFailures = data.planFailures + 1;
  update(data, { planFailures, planner: undefined });
  return planFailures;
}

/** A person is asked, so failures count from one again. */
export const forgetPlanFailures = (data: EpicData): void => update(data, { planFailures: 0 });

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
  update(data, { tasks });
  noteRevision(data, changes, by);
}

/** The next plan is made with these words. */
export const rejectPlan = (data: EpicData, planFeedback: string): void => update(data, { tasks: [], planFeedback });
/** What a person said that the next plan must heed, the newest last. */
export const notePlanFeedback = (data: EpicData, words: string): void =>
  update(data, { planFeedback: [data.planFeedback ?? '', words].join('\n\n').trim().slice(-MOST_FEEDBACK) });

/** In characters. */
const MOST_FEEDBACK = 10_000;

export const approvePlan = (data: EpicData): void => update(data, { stage: 'tasks', planFeedback: undefined });

export const addTask = (data: EpicData, task: TaskInput, by: Reviser): void =>
  setTasks(data, { tasks: [...data.tasks, newTask(task)], changes: [`adds ${task.key}: ${task.title}`] }, by);

/**
 * A person sets a cap of a task that has not started. It becomes part of the plan: the next revision may set another, and an
 * edit of the plan as it was before is stale, so that it cannot undo the cap unseen. Harmless twice.
 */
export function planCap(data: EpicData, entry: TaskEntry, { cap, ...by }: Reviser & { readonly cap: Cap }): void {
  const { key } = entry.task;
  const planned = cap.unit === 'usd' ? { budgetUsd: cap.amount / 1_000_000 } : { budgetTokens: cap.amount };
  const task = { ...entry.task, ...planned };
  const fields = changedFields(entry.task, task);
  if (fields.length === 0) return;
  change<EntryFields>(entry, { task });
  noteRevision(data, [`changes ${key}: ${fields.map((field) => FIELD_WORDS[field]).join(', ')}`], by);
}

/** Its tasks run, also those that are added to what was to be merged. */
export const beginTasks = (data: EpicData): void => setStage(data, 'tasks');

/** All tasks are done: one that starts from now on would be merged by nobody. */
export const beginMerging = (data: EpicData): void => setStage(data, 'merging');

function setStage(data: EpicData, stage: 'tasks' | 'merging'): void {
  if (!isPlanned(data)) throw new Error('An epic without a plan has no tasks');
  update(data, { stage });
}
