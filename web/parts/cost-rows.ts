/** The cost of an epic in tables: dearest first. Pure. */
import type { Costs } from '../data/costs.ts';
import { money, whole } from './format.ts';
import { agentTitle, purposeTitle } from './task-story.ts';

interface Sum {
  readonly settledUsd: number;
  readonly tokens: number;
  /** Of a task that has caps of its own. */
  readonly capUsd?: number | null;
  readonly capTokens?: number | null;
  readonly calls: Costs['calls'];
}

export interface CostRow {
  readonly key: string;
  readonly name: string;
  /** Whose transcript is behind it. */
  readonly agentId?: string;
  readonly taskKey?: string;
  readonly costUsd: number;
  /** Its own cap. */
  readonly capUsd: number | null;
  /** With its own cap, if it has one. */
  readonly tokens: string;
  /** All that were made. */
  readonly calls: number;
  /** Those that failed, or whose answer got lost. */
  readonly lost: number;
}

/** All of it in one line; what lost answers can have cost is a part of what counts as spent. */
export function costWords(
  costs: Pick<Costs, 'settledUsd' | 'reservedUsd' | 'unknownUsd' | 'capUsd' | 'tokens' | 'capTokens'>,
): string {
  const { settledUsd, reservedUsd, unknownUsd, capUsd, tokens, capTokens } = costs;
  const lost = unknownUsd > 0 ? ` (up to ${money(unknownUsd)} of it on answers that were lost)` : '';
  const reserved = reservedUsd > 0 ? `, ${money(reservedUsd)} more reserved for calls under way` : '';
  const ofCap = (cap: string | undefined) => (cap === undefined ? '' : ` of ${cap}`);
  const spent = `${money(settledUsd)} spent${lost}${ofCap(capUsd === null ? undefined : money(capUsd))}`;
  return `${spent}${reserved} · ${whole(tokens)}${ofCap(capTokens === null ? undefined : whole(capTokens))} tokens`;
}

/** One table for each way of looking at the same sum. */
export function costRows({ byPurpose, byTask, byAgent }: Pick<Costs, 'byPurpose' | 'byTask' | 'byAgent'>) {
  return [
    {
      title: 'By purpose',
      head: 'Purpose',
      rows: sorted(byPurpose.map((one) => row(one.purpose === null ? 'Not known' : purposeTitle(one.purpose), one))),
    },
    {
      title: 'By task',
      head: 'Task',
      rows: sorted(
        byTask.map((one) => ({
          ...row(one.title ?? one.taskKey ?? 'The epic itself', one),
          // Two tasks may have the same title.
          ...(one.taskKey === null ? {} : { key: `task ${one.taskKey}`, taskKey: one.taskKey }),
        })),
      ),
    },
    {
      title: 'By agent',
      head: 'Agent',
      rows: sorted(
        byAgent.map((one) => ({
          ...row(agentName(one), one),
          key: `${one.agentId} ${one.model}`,
          agentId: one.agentId,
        })),
      ),
    },
  ];
}

const agentName = ({ taskKey, purpose, attempt, agentId }: Costs['byAgent'][number]): string =>
  purpose === null || attempt === null
    ? agentId
    : `${taskKey ?? 'The epic itself'}: ${agentTitle({ purpose, attempt })}`;

const row = (name: string, { settledUsd, tokens, capUsd = null, capTokens = null, calls }: Sum): CostRow => ({
  ...{ key: name, name, costUsd: settledUsd, capUsd },
  tokens: `${whole(tokens)}${capTokens === null ? '' : ` of ${whole(capTokens)}`}`,
  calls: calls.answered + calls.failed + calls.unknown + calls.open,
  lost: calls.failed + calls.unknown,
});

const sorted = (rows: CostRow[]): CostRow[] => rows.toSorted((a, b) => b.costUsd - a.costUsd);
