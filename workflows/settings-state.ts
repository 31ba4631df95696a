/** The settings of an epic, in which only the policy ever changes. Pure. */
import type { AdoptedPolicy } from './contract/policy.ts';
import type { EpicSettings } from './contract/settings.ts';
import { change } from './read-only-state.ts';

const MOST_ADOPTED = 20;

/** Puts the policy in force; false when it is in force already. In place, so that what is under way with these settings goes on with it. */
export function adoptInto(settings: EpicSettings, adopted: AdoptedPolicy): boolean {
  const { policy, policyHash, concurrency, adoption } = adopted;
  const { adopted: before = [], firstPolicy = settings.policy } = settings;
  if (before.some(({ at, policyHash: known }) => at === adoption.at && known === policyHash)) return false;
  const all = [...before, adoption].slice(-MOST_ADOPTED);
  change<EpicSettings>(settings, { policy, policyHash, concurrency, firstPolicy, adopted: all });
  return true;
}
