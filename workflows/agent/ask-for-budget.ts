/** How an agent asks for a larger budget. Pure. */

import type { Question } from '../ask-person.ts';
import { amountText, capName, type ShortBudget, type ShortEpic } from '../contract/budget.ts';
import { defined } from '../contract/optional-fields.ts';

/** In one shape, whatever the history has. */
export function shortBudget(short: ShortBudget | ShortEpic): ShortBudget {
  if ('cap' in short) return short;
  const { neededMicroUsd: needed, spentMicroUsd: spent, capMicroUsd: amount } = short;
  return { cap: { unit: 'usd', amount }, needed, spent };
}

/** Why the agent waits, and one request for each cap that is used up, however many agents meet it. */
export function budgetQuestion({ cap, needed, spent }: ShortBudget): { reason: string; question: Question } {
  const { unit, taskKey, amount } = cap;
  const text = (of: number) => amountText(unit, of);
  const reason = `the next call may ${unit === 'usd' ? 'cost' : 'use'} up to ${text(needed)}, and ${text(spent)} of ${text(amount)} are spent`;
  const isEpicsUsd = unit === 'usd' && taskKey === undefined;
  const whose = taskKey === undefined ? 'The budget' : `The budget of the task ${taskKey}`;
  return {
    reason,
    question: {
      requestId: isEpicsUsd ? `budget-${amount}` : `budget-${capName(cap)}-${amount}`,
      ...(isEpicsUsd ? { capMicroUsd: amount } : { cap }),
      ...defined({ taskKey }),
      kind: 'budget',
      question: `${whose} is used up: ${reason}. Raise it to at least ${text(spent + needed)}, or cancel the epic?`,
      options: ['raise', 'cancel'],
    },
  };
}
