/** Keeps a cap that one person raised from being lowered by another, who did not know of it. */
import type { z } from 'zod';
import type { Database } from '../db/connection.ts';
import { readBudget } from '../db/reads/budgets.ts';
import { readCaps } from '../db/reads/caps.ts';
import { type BudgetUnit, microUsdOf } from '../workflows/contract/budget.ts';
import type { RaiseBudget } from '../workflows/contract/epic.ts';
import { ApiError } from './errors.ts';

/**
 * Refuses a cap below the one in force. Messages that were sent before and are not applied yet do not count: whoever
 * sends this one is told that it waits behind them.
 */
export async function refuseLowerCap(
  db: Database,
  epicId: string,
  { capUsd, capTokens, taskKey }: z.output<typeof RaiseBudget>,
): Promise<void> {
  const [epic, { capTokens: epicTokens, tasks }] = await Promise.all([readBudget(db, epicId), readCaps(db, epicId)]);
  const present =
    taskKey === undefined
      ? { usd: epic?.capMicroUsd, tokens: epicTokens }
      : { usd: tasks.get(taskKey)?.capMicroUsd, tokens: tasks.get(taskKey)?.capTokens };
  const wanted = { usd: capUsd === undefined ? undefined : microUsdOf(capUsd), tokens: capTokens };
  for (const unit of ['usd', 'tokens'] as const) {
    const [now, next] = [present[unit], wanted[unit]];
    if (typeof now !== 'number' || next === undefined || next >= now) continue;
    const field = unit === 'usd' ? 'capUsd' : 'capTokens';
    const whose = taskKey === undefined ? '' : ` of ${taskKey}`;
    throw new ApiError(
      'CapIsHigher',
      `${field}: the cap${whose} is ${amount(unit, now)} now; to lower it all the same, send lower: true (--lower)`,
    );
  }
}

const amount = (unit: BudgetUnit, number: number): string =>
  unit === 'usd' ? `$${number / 1_000_000}` : `${number.toLocaleString('en-US')} tokens`;
