/** An epic's cost as people ask for it: by purpose, task and attempt, and as it grew. Every sum is of the same calls. */
import type { Database } from '../db/connection.ts';
import { readCaps, type TaskCaps } from '../db/reads/caps.ts';
import { usd } from '../db/reads/columns.ts';
import { type CostPart, readCostParts } from '../db/reads/cost-parts.ts';
import { readCostPoints } from '../db/reads/cost-points.ts';
import { readCost } from '../db/reads/costs.ts';
import { readTaskTitles } from '../db/reads/tasks.ts';

export async function readCosts(db: Database, epicId: string) {
  const [{ capUsd }, caps, parts, points, titles] = await Promise.all([
    readCost(db, epicId),
    readCaps(db, epicId),
    readCostParts(db, epicId),
    readCostPoints(db, epicId),
    readTaskTitles(db, epicId),
  ]);
  const by = <Key>(keyOf: (part: CostPart) => Key) => [...Map.groupBy(parts, keyOf)];
  return {
    epicId,
    capUsd,
    capTokens: caps.capTokens,
    ...sumOf(parts),
    byPurpose: by(({ purpose }) => purpose).map(([purpose, some]) => ({ purpose, ...sumOf(some) })),
    byTask: by(({ taskKey }) => taskKey).map(([taskKey, some]) => ({
      taskKey,
      title: taskKey === null ? null : (titles.get(taskKey) ?? null),
      ...capsOf(taskKey === null ? undefined : caps.tasks.get(taskKey)),
      ...sumOf(some),
    })),
    byAgent: parts.map(({ agentId, taskKey, purpose, attempt, model, state, turns, firstAt, lastAt, ...part }) => ({
      agentId,
      taskKey,
      purpose,
      attempt,
      model,
      state,
      turns,
      firstAt,
      lastAt,
      ...sumOf([part]),
    })),
    points,
  };
}

const capsOf = (caps: TaskCaps | undefined) => ({
  capUsd: caps === undefined || caps.capMicroUsd === null ? null : usd(caps.capMicroUsd),
  capTokens: caps?.capTokens ?? null,
});

type Summed = Pick<
  CostPart,
  'answered' | 'failed' | 'open' | 'reservedMicroUsd' | 'settledMicroUsd' | 'tokens' | 'unknown' | 'unknownMicroUsd'
>;

/** Added up in millionths of a dollar, which are whole. */
function sumOf(parts: readonly Summed[]) {
  const sum = (of: keyof Summed) => parts.reduce((total, part) => total + part[of], 0);
  return {
    settledUsd: usd(sum('settledMicroUsd')),
    unknownUsd: usd(sum('unknownMicroUsd')),
    reservedUsd: usd(sum('reservedMicroUsd')),
    tokens: sum('tokens'),
    calls: { answered: sum('answered'), failed: sum('failed'), unknown: sum('unknown'), open: sum('open') },
  };
}
