/** The plan of an epic while a person changes it: tasks that have not started, and what is sent of them. Pure. */
import { type TaskDraft, taskOf } from './epic-draft.ts';
import type { Plan, PlannedTask } from './plans.ts';

/** Each is known by the key that it had. */
export const draftsOf = ({ tasks }: Plan): TaskDraft[] => tasks.filter(({ hasStarted }) => !hasStarted).map(draftOf);

const PLANNED = 'planned-';

/** Whether it stands for a task of the plan, rather than for a new one. */
export const isPlanned = ({ id }: TaskDraft): boolean => id.startsWith(PLANNED);

const draftOf = ({ key, title, description, acceptance, dependsOn, files, ...caps }: PlannedTask): TaskDraft => ({
  ...{ id: `${PLANNED}${key}`, key, title, description, dependsOn },
  acceptance: acceptance.join('\n'),
  files: files.join('\n'),
  budgetUsd: caps.budgetUsd ?? '',
  budgetTokens: caps.budgetTokens ?? '',
});

/** As the API takes them. What was not touched goes as it was: a criterion may be of more than one line. */
export function givenTasks(plan: Plan, drafts: readonly TaskDraft[]) {
  const before = new Map(plan.tasks.map((task) => [draftOf(task).id, task]));
  return drafts.map((draft) => {
    const planned = before.get(draft.id);
    if (planned === undefined) return taskOf(draft);
    const was = draftOf(planned);
    return {
      ...taskOf(draft),
      ...(draft.title === was.title ? { title: planned.title } : {}),
      ...(draft.acceptance === was.acceptance ? { acceptance: [...planned.acceptance] } : {}),
      ...(draft.files === was.files ? { files: [...planned.files] } : {}),
    };
  });
}

export const isChanged = (plan: Plan, drafts: readonly TaskDraft[]): boolean =>
  JSON.stringify(draftsOf(plan)) !== JSON.stringify(drafts);
