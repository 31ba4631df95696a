/** The cost of an epic in tables: dearest first. Pure. */
import type { Costs } from '../data/costs.ts';

interface Sum {
  readonly settledUsd: number;
  readonly calls: Costs['calls'];
}

export interface CostRow {
  readonly key: string;
  readonly name: string;
  /** Whose transcript is behind it. */
  readonly agentId?: string;
  readonly costUsd: number;
  /** All that were made. */
  readonly calls: number;
  /** Those that failed, or whose answer got lost. */
  readonly lost: number;
}

/** One table for each way of looking at the same sum. */
export function costRows({ byPurpose, byTask, byAgent }: Pick<Costs, 'byPurpose' | 'byTask' | 'byAgent'>) {
  return [
    { title: 'By purpose', rows: sorted(byPurpose.map((one) => row(one.purpose ?? 'not known', one))) },
    { title: 'By task', rows: sorted(byTask.map((one) => row(one.title ?? one.taskKey ?? 'The epic itself', one))) },
    {
      title: 'By agent',
      rows: sorted(
        byAgent.map((one) => ({
          ...row(`${one.taskKey ?? 'epic'}, ${one.purpose ?? 'agent'} ${one.attempt ?? ''}`.trim(), one),
          key: `${one.agentId} ${one.model}`,
          agentId: one.agentId,
        })),
      ),
    },
  ];
}

const row = (name: string, { settledUsd, calls: { answered, failed, unknown, open } }: Sum): CostRow => ({
  ...{ key: name, name, costUsd: settledUsd, calls: answered + failed + unknown + open, lost: failed + unknown },
});

const sorted = (rows: CostRow[]): CostRow[] => rows.toSorted((a, b) => b.costUsd - a.costUsd);
