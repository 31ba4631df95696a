/** What a task may use of its epic's budget. Pure. */

import { microUsdOf, type TaskBudget } from '../contract/budget.ts';
import { defined } from '../contract/optional-fields.ts';
import type { TaskInput } from '../contract/plan.ts';
import type { EpicSettings } from '../contract/settings.ts';

/** The task's own caps, else those that every task of the epic has; undefined where there are none. */
export function taskBudgetOf(
  { budgetUsd, budgetTokens }: Pick<TaskInput, 'budgetUsd' | 'budgetTokens'>,
  { taskBudget = {} }: Pick<EpicSettings, 'taskBudget'>,
): TaskBudget | undefined {
  const microUsd = budgetUsd === undefined ? taskBudget.microUsd : microUsdOf(budgetUsd);
  const tokens = budgetTokens ?? taskBudget.tokens;
  if (microUsd === undefined && tokens === undefined) return undefined;
  return { ...defined({ microUsd, tokens }) };
}
