/** The forge's checks of a commit: waited for, and judged by the repository's policy. */
import { condition } from '@temporalio/workflow';
import type { Checks, FailedCheck } from '../../activities/forge/forge.ts';
import { factory } from '../activities.ts';
import type { EpicSettings, RepositoryPolicy } from '../contract/settings.ts';
import { checksPause } from '../options.ts';
import type { PullRequestMemory } from './news.ts';
import type { Watch } from './watch.ts';

export type ChecksPolicy = RepositoryPolicy['checks'];

export type ChecksVerdict =
  | { readonly kind: 'clear' }
  | { readonly kind: 'pending'; readonly names: readonly string[] }
  /** To blame for these is the pull request. */
  | { readonly kind: 'checks-red'; readonly failed: readonly FailedCheck[] }
  /** Only a person can say whether it may go on. */
  | { readonly kind: 'checks-held'; readonly reason: string };

/** What a commit's checks lead to. `minutes` is how long they were waited for. */
export function judgeChecks({ state, pending, failed }: Checks, policy: ChecksPolicy, minutes: number): ChecksVerdict {
  const isMissing = state === 'none' && policy.required.length > 0;
  if (state === 'pending' || isMissing) {
    const names = isMissing ? policy.required : pending;
    if (minutes < policy.timeoutMinutes) return { kind: 'pending', names };
    return {
      kind: 'checks-held',
      reason: `after ${policy.timeoutMinutes} minutes these have not ended: ${names.join(', ')}`,
    };
  }
  if (state === 'none' && policy.none === 'hold') return { kind: 'checks-held', reason: 'no check ran' };
  const blamed = failed.filter(({ redOnBase }) => !redOnBase);
  if (blamed.length > 0) return { kind: 'checks-red', failed: blamed };
  if (state !== 'red' || (policy.redOnBase === 'allow' && failed.length > 0)) return { kind: 'clear' };
  const names = failed.map(({ name }) => name).join(', ');
  return { kind: 'checks-held', reason: `these are red, and red on the base branch too: ${names}` };
}

/** What is remembered of the checks of the present head. */
export interface ChecksMemory {
  readonly headSha: string;
  /** When the waiting began, in milliseconds. */
  since: number;
  /** A person said that this commit may be merged whatever its checks say. */
  waived?: boolean;
}

export interface ChecksJob {
  readonly settings: EpicSettings;
  readonly number: number;
  readonly headSha: string;
  readonly memory: PullRequestMemory;
  readonly watch: Watch;
  readonly tell: (pending: readonly string[]) => void;
}

/** Waits until the checks say something, woken by whoever knows that they do, else by a timer that grows. */
export async function awaitChecks(job: ChecksJob): Promise<Exclude<ChecksVerdict, { kind: 'pending' }>> {
  const { settings, number, headSha, memory, watch } = job;
  const { repository, policy } = settings;
  if (memory.checks?.headSha !== headSha) memory.checks = { headSha, since: Date.now() };
  if (memory.checks.waived === true) return { kind: 'clear' };
  const { required } = policy.checks;
  for (let reads = 1; ; reads += 1) {
    const looks = watch.looks();
    const checks = await factory.readChecks(`checks of ${headSha.slice(0, 8)}`, {
      repository,
      number,
      headSha,
      required,
    });
    const minutes = (Date.now() - memory.checks.since) / 60_000;
    const verdict = judgeChecks(checks, policy.checks, minutes);
    if (verdict.kind !== 'pending') return verdict;
    job.tell(verdict.names);
    await condition(() => watch.looks() > looks, checksPause(reads, policy.checks.timeoutMinutes - minutes));
  }
}
