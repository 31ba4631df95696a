/** The revisions of an epic's plan: each change of it has a number, and says who made it and why. Pure. */
import type { PlanRevision } from '../contract/plan-revision.ts';
import { change } from '../read-only-state.ts';
import type { EpicData, EpicFields } from './state.ts';

/** Who changes the plan, when and why. */
export type Reviser = Pick<PlanRevision, 'at' | 'by' | 'why'>;

/** The plan's newest revision; 0 before there is one. */
export const revisionOf = ({ revisions = [] }: Pick<EpicData, 'revisions'>): number => revisions.at(-1)?.number ?? 0;

/** Each record of the epic has those that are kept, so they are few and short. */
export function noteRevision(data: EpicData, changes: readonly string[], { at, by, why }: Reviser): void {
  const shown = changes.slice(0, CHANGES_KEPT).map((line) => line.slice(0, MOST_OF_CHANGE));
  const rest = changes.length - shown.length;
  const revision: PlanRevision = {
    number: revisionOf(data) + 1,
    at,
    by,
    why: why.slice(0, MOST_OF_WHY),
    changes: [...shown, ...(rest > 0 ? [`${rest} more changes`] : [])],
  };
  change<EpicFields>(data, { revisions: [...(data.revisions ?? []), revision].slice(-REVISIONS_KEPT) });
}

const REVISIONS_KEPT = 30;
const CHANGES_KEPT = 50;
const MOST_OF_CHANGE = 120;
const MOST_OF_WHY = 1_000;
