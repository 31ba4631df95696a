/** A policy that a person adopted for an epic under way, in each execution that works with it. */
import { getExternalWorkflowHandle, isCancellation } from '@temporalio/workflow';
import { type AdoptedPolicy, policyAdoptedSignal } from './contract/policy.ts';
import type { EpicSettings } from './contract/settings.ts';

/** Sends a child the policy in force; one that has closed is started again with the settings. */
export async function sendAdopted(workflowId: string, settings: EpicSettings): Promise<void> {
  const { policy, policyHash, concurrency, adopted } = settings;
  const adoption = adopted?.at(-1);
  if (adoption === undefined) return;
  const message: AdoptedPolicy = { policy, policyHash, concurrency, adoption };
  try {
    await getExternalWorkflowHandle(workflowId).signal(policyAdoptedSignal, message);
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
}

/** Says in a merge question that another factory.yaml than the epic's first judged the work. */
export function adoptedWords({ adopted = [], baseBranch }: Pick<EpicSettings, 'adopted' | 'baseBranch'>): string {
  const last = adopted.at(-1);
  if (last === undefined) return '';
  const { by, baseSha, changes, weaker } = last;
  const what = changes.join('; ').slice(0, MOST_OF_CHANGES);
  const less = weaker.length === 0 ? '' : ` It protects less than the one before: ${weaker.join('; ')}.`;
  return ` While the epic ran, ${by} adopted factory.yaml of ${baseBranch} at ${baseSha.slice(0, 12)}: ${what}.${less}`;
}

const MOST_OF_CHANGES = 2_000;
