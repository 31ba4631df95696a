/** Another factory.yaml that a person adopted for the epic: what was found and allowed under the one before counts no more. */
import type { Change } from '../contract/change.ts';
import { AdoptedPolicy, policyAdoptedSignal } from '../contract/policy.ts';
import type { EpicSettings } from '../contract/settings.ts';
import type { TaskWorkflowInput } from '../contract/task.ts';
import type { Handlers } from '../handlers.ts';
import { adoptInto } from '../settings-state.ts';
import type { TaskData } from './state.ts';
import { adoptPolicy, setPolicy } from './status-state.ts';

/** Call when the task is whole; `heard` passes it on to an agent that runs. */
export function followPolicy(
  { input, data }: { readonly input: TaskWorkflowInput; readonly data: TaskData },
  handlers: Handlers,
  heard: () => unknown,
): void {
  const { settings } = input;
  const now = () => new Date().toISOString();
  setPolicy(data, settings.policyHash, now());
  handlers.onSignal(policyAdoptedSignal, AdoptedPolicy, (adopted) => {
    if (!adoptInto(settings, adopted)) return undefined;
    adoptPolicy(data, settings.policyHash, now());
    return heard();
  });
}

/** The checks of the policy in force were green for it, and its files were looked at under that. */
export const isUnderPolicy = ({ adopted, policyHash }: EpicSettings, change: Pick<Change, 'verifiedUnder'>): boolean =>
  adopted === undefined || change.verifiedUnder === policyHash;
