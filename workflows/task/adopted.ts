/** Another factory.yaml that a person adopted for the epic: what was found and allowed under the one before counts no more. */
import { adoptInto } from '../adopted-policy.ts';
import type { Change } from '../contract/change.ts';
import { AdoptedPolicy, policyAdoptedSignal } from '../contract/policy.ts';
import type { EpicSettings } from '../contract/settings.ts';
import type { TaskWorkflowInput } from '../contract/task.ts';
import type { Handlers } from '../handlers.ts';
import type { TaskData } from './state.ts';

/** Call when the task is whole; `heard` passes it on to an agent that runs. */
export function followPolicy(
  { input, data }: { readonly input: TaskWorkflowInput; readonly data: TaskData },
  handlers: Handlers,
  heard: () => void,
): void {
  const { settings } = input;
  // Adopted while nothing of the task ran.
  if (data.policyHash !== undefined && data.policyHash !== settings.policyHash) noteAdopted(data);
  data.policyHash = settings.policyHash;
  handlers.onSignal(policyAdoptedSignal, AdoptedPolicy, (adopted) => {
    if (!adoptInto(settings, adopted)) return;
    noteAdopted(data);
    data.policyHash = settings.policyHash;
    heard();
  });
}

/** Set-up runs again where the task is placed, and an approval was for what the policy before let through. */
function noteAdopted(data: TaskData): void {
  data.baseSince = new Date().toISOString();
  data.setsUpAgain = true;
  delete data.handIn?.merging.approvedDiff;
  if (data.approved !== undefined) data.approved = withoutApproval(data.approved);
}

export function withoutApproval<Approved extends { readonly approvedDiff?: string }>(approved: Approved) {
  const { approvedDiff: _, ...change } = approved;
  return change;
}

/** The checks of the policy in force were green for it, and its files were looked at under that. */
export const isUnderPolicy = ({ adopted, policyHash }: EpicSettings, change: Pick<Change, 'verifiedUnder'>): boolean =>
  adopted === undefined || change.verifiedUnder === policyHash;
