/** Caps as people set them: read from their messages, and put in words. Pure. */
import type { z } from 'zod';
import { type BudgetUnit, type Cap, type CapOf, microUsdOf } from '../contract/budget.ts';
import type { RaiseBudget } from '../contract/epic.ts';

/** The caps that a message sets. */
export function capsIn({ capUsd, capTokens, taskKey }: z.output<typeof RaiseBudget>): Cap[] {
  const task = taskKey === undefined ? {} : { taskKey };
  return [
    ...(capUsd === undefined ? [] : [{ unit: 'usd' as const, ...task, amount: microUsdOf(capUsd) }]),
    ...(capTokens === undefined ? [] : [{ unit: 'tokens' as const, ...task, amount: capTokens }]),
  ];
}

/** The cap that an answer sets, in the unit of the one that is used up, or what the answer must be. */
export function capAnswered({ unit, taskKey }: CapOf, answer: string | undefined): Cap | { readonly problem: string } {
  const amount = Number(answer);
  const isWhole = unit === 'usd' || Number.isSafeInteger(amount);
  if (answer === undefined || !Number.isFinite(amount) || amount <= 0 || !isWhole) {
    const wanted = unit === 'usd' ? 'in USD, for example "20"' : 'in tokens, for example "5000000"';
    return { problem: `answer must be the new cap ${wanted}` };
  }
  const task = taskKey === undefined ? {} : { taskKey };
  return { unit, ...task, amount: unit === 'usd' ? microUsdOf(amount) : amount };
}

/** The amount as an answer to a request has it. */
export const answerOf = ({ unit, amount }: Cap): string => String(unit === 'usd' ? amount / 1_000_000 : amount);

export const amountWords = (unit: BudgetUnit, amount: number): string =>
  unit === 'usd' ? `$${amount / 1_000_000}` : `${amount} tokens`;

export const ofTask = ({ taskKey }: CapOf): string => (taskKey === undefined ? '' : ` of ${taskKey}`);
