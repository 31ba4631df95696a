/** Caps on what model calls may use: of an epic or of one of its tasks, in US dollars or in tokens. */
import { z } from 'zod';
import { TaskKey } from './ids.ts';

export const BudgetUnit = z.enum(['usd', 'tokens']);
export type BudgetUnit = z.infer<typeof BudgetUnit>;

/** `amount` is in micro-USD (1 USD = 1,000,000) or tokens. Without `taskKey` the cap is the epic's. */
export const Cap = z.object({
  unit: BudgetUnit,
  taskKey: TaskKey.optional(),
  amount: z.number().int().nonnegative(),
});
export type Cap = z.infer<typeof Cap>;
export type CapOf = Pick<Cap, 'unit' | 'taskKey'>;

/** A call that does not fit under a cap, though none is under way that could turn out cheaper. */
export interface ShortBudget {
  readonly cap: Cap;
  readonly needed: number;
  readonly spent: number;
}

/** The same as histories have it from before there were caps besides the epic's in micro-USD. */
export interface ShortEpic {
  readonly neededMicroUsd: number;
  readonly spentMicroUsd: number;
  readonly capMicroUsd: number;
}

/** What a task may use of its epic's budget; what is missing has no cap of its own. */
export const TaskBudget = z.object({ microUsd: z.number().int().optional(), tokens: z.number().int().optional() });
export type TaskBudget = z.infer<typeof TaskBudget>;

export const budgetUsd = z.number().positive().max(1_000_000);
export const budgetTokens = z.number().int().positive().max(1_000_000_000_000);

/** Amounts are kept in whole micro-USD, so that sums are exact. */
export const microUsdOf = (usd: number): number => Math.round(usd * 1_000_000);

/** Names a cap within its epic; the dot, which no key has, keeps keys apart from units. */
export const capName = ({ unit, taskKey }: CapOf): string => (taskKey === undefined ? unit : `task.${taskKey}.${unit}`);

export const amountText = (unit: BudgetUnit, amount: number): string =>
  unit === 'usd' ? `$${(amount / 1_000_000).toFixed(4)}` : `${amount.toLocaleString('en-US')} tokens`;
