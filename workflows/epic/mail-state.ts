/** How far the Orchestrator's mail is: one agent an epic answers it, on a transcript that goes on. Pure. */

import type { ParkedRound } from '../contract/agent.ts';
import { defined } from '../contract/optional-fields.ts';
import { change } from '../read-only-state.ts';
import { type Correspondence, type EpicData, type EpicFields, nextNumber } from './state.ts';

const update = (data: EpicData, correspondence: Correspondence): void => change<EpicFields>(data, { correspondence });

/** Somebody wrote to the Orchestrator. */
export const noteMail = (data: EpicData): void => update(data, { ...data.correspondence, isDue: true });

/** Its agent should be at work. */
export const isMailDue = ({ correspondence }: EpicData): boolean =>
  correspondence?.isDue === true || correspondence?.parked !== undefined;

/**
 * The agent takes up what is there by now. Returns the wish for it, and how it was parked; `chain` names the epic's
 * execution, so that its next wish is another one.
 */
export function beginCorrespondence(data: EpicData, chain: string): { openedBy: string; parked?: ParkedRound } {
  const { openedBy = `${chain}/correspond/${nextNumber(data)}`, parked } = data.correspondence ?? {};
  update(data, { isDue: false, openedBy });
  return { openedBy, ...defined({ parked }) };
}

/** The round goes on in the next run. */
export const parkCorrespondence = (data: EpicData, parked: ParkedRound): void =>
  update(data, { isDue: false, ...data.correspondence, parked });

/** The next mail is another agent's. */
export const failCorrespondence = (data: EpicData): void =>
  update(data, { isDue: data.correspondence?.isDue === true });
