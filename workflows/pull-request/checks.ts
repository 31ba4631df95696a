/** The forge's checks of a commit: waited for, and judged by the repository's policy. */
import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import type { Checks, FailedCheck } from '../contract/pull-request.ts';
import { type EpicSettings, hasVisitors, type RepositoryPolicy } from '../contract/settings.ts';
import { BEGIN_MINUTES, checksPause, lookAgainMs, RERUN_SHOWS_MS } from '../options.ts';
import type { RunEnd } from '../run-end.ts';
import { checksOf, noteHeldRead, notePendingRead, noteRerun, type PullRequestMemory } from './state.ts';
import type { Watch } from './watch.ts';

export type ChecksPolicy = RepositoryPolicy['checks'];

export type ChecksVerdict =
  | { readonly kind: 'clear' }
  | { readonly kind: 'pending'; readonly names: readonly string[] }
  /** To blame for these is the pull request. */
  | { readonly kind: 'checks-red'; readonly failed: readonly FailedCheck[] }
  /** Only a person can say whether it may go on. */
  | { readonly kind: 'checks-held'; readonly reason: string; readonly neverBegan?: readonly string[] };

/** What keeps this head of a pull request from being merged. */
export type ChecksObstacle = Extract<ChecksVerdict, { kind: 'checks-red' | 'checks-held' }> & {
  readonly headSha: string;
};

/** What a commit's checks lead to. `minutes` is how long they were waited for. */
export function judgeChecks(checks: Checks, policy: ChecksPolicy, minutes: number): ChecksVerdict {
  const { state, failed } = checks;
  if (state === 'pending') return judgePending(checks, policy, minutes);
  if (state === 'none' && policy.required.length > 0) {
    return judgePending({ ...checks, pending: policy.required, missing: policy.required }, policy, minutes);
  }
  if (state === 'none' && policy.none === 'hold') return { kind: 'checks-held', reason: 'no check ran' };
  const blamed = failed.filter(({ redOnBase, without }) => !redOnBase && without === undefined);
  if (blamed.length > 0) return { kind: 'checks-red', failed: blamed };
  const { missing = [] } = checks;
  const undecided = failed.filter(({ without }) => without !== undefined);
  if (undecided.length > 0) {
    const ends = undecided.map(({ name, without }) => `${name} (${without})`).join(', ');
    const unbegun = missing.length === 0 ? '' : `; nobody has begun these yet: ${missing.join(', ')}`;
    return {
      kind: 'checks-held',
      reason: `these checks ended without a verdict: ${ends}; run them again on the forge${unbegun}`,
    };
  }
  const redThereToo = `these checks are red, on the base branch too: ${failed.map(({ name }) => name).join(', ')}`;
  const isAllowed = state !== 'red' || (policy.redOnBase === 'allow' && failed.length > 0);
  if (missing.length > 0) {
    const verdict = judgePending({ ...checks, pending: missing }, policy, minutes);
    // A waiver is for the commit, so that its question names all that it waives.
    if (isAllowed || verdict.kind !== 'checks-held') return verdict;
    return { kind: 'checks-held', reason: `${redThereToo}; and ${verdict.reason}` };
  }
  return isAllowed ? { kind: 'clear' } : { kind: 'checks-held', reason: redThereToo };
}

/** Waits for what has not ended; what nobody begins is said long before the time is up. */
function judgePending(checks: Checks, policy: ChecksPolicy, minutes: number): ChecksVerdict {
  const { pending: names, missing = [] } = checks;
  const begunAfter = Math.min(BEGIN_MINUTES, policy.timeoutMinutes);
  if (missing.length === names.length && minutes >= begunAfter) {
    return { kind: 'checks-held', reason: neverBeganText(missing, begunAfter), neverBegan: missing };
  }
  if (minutes < policy.timeoutMinutes) return { kind: 'pending', names };
  return {
    kind: 'checks-held',
    reason: `these checks have not ended after ${policy.timeoutMinutes} minutes: ${names.join(', ')}`,
  };
}

const neverBeganText = (names: readonly string[], minutes: number): string =>
  `after ${minutes} minutes nobody has begun these: ${names.join(', ')}. Perhaps they do not run for this kind of pull request: let the \`branches\` of their workflow include factory/**, or name in checks.required of factory.yaml those that do run`;

export interface ChecksJob {
  readonly settings: EpicSettings;
  readonly number: number;
  readonly headSha: string;
  /** The branch that it is to go into, which may require checks. */
  readonly base: string;
  readonly memory: PullRequestMemory;
  readonly watch: Watch;
  readonly runEnd: RunEnd;
  readonly tell: (pending: readonly string[]) => void;
}

/** Waits until the checks say something, woken by whoever knows that they do, else by a timer that grows. */
export async function awaitChecks(job: ChecksJob): Promise<Exclude<ChecksVerdict, { kind: 'pending' }>> {
  const { headSha, memory, watch, runEnd } = job;
  const { timeoutMinutes } = job.settings.policy.checks;
  const known = checksOf(memory, headSha, Date.now());
  if (known.waived === true) return { kind: 'clear' };
  for (let before = ''; ; ) {
    const looks = watch.looks();
    const checks = await readChecks(job);
    const minutes = (Date.now() - known.since) / 60_000;
    const verdict = judgeChecks(checks, job.settings.policy.checks, minutes);
    if (await runAgain(job, checks, verdict)) continue;
    if (verdict.kind !== 'pending') return verdict;
    const names = verdict.names.join(', ');
    if (before !== '' && before !== names) watch.changed();
    before = names;
    job.tell(verdict.names);
    const pauseMs = checksPause(notePendingRead(memory), timeoutMinutes - minutes, checks.lookAgainSeconds);
    await runEnd.within(() => watch.looks() > looks, pauseMs, 'look at the checks again');
  }
}

/** What ended without a verdict is run again once, before anybody is asked; true when that was possible. */
async function runAgain(job: ChecksJob, checks: Checks, verdict: ChecksVerdict): Promise<boolean> {
  const isUndecided = verdict.kind === 'checks-held' && checks.failed.some(({ without }) => without !== undefined);
  if (!isUndecided || job.memory.checks?.isRerun === true) return false;
  noteRerun(job.memory);
  const { settings, number, headSha } = job;
  const { names } = await factory.rerunChecks(`run checks of ${headSha.slice(0, 8)} again`, {
    ...{ repository: settings.repository, number, headSha, required: settings.policy.checks.required },
  });
  if (names.length === 0) return false;
  job.tell(names);
  const looks = job.watch.looks();
  await job.runEnd.within(() => job.watch.looks() > looks, RERUN_SHOWS_MS, 'checks that run again show');
  return true;
}

/**
 * The person's answer, or undefined when the checks have let the commit pass before anybody answered: they are read
 * whenever somebody says that something changed, and now and then.
 */
export async function answerOrClear<Answer>(job: ChecksJob, ask: () => Promise<Answer>): Promise<Answer | undefined> {
  const looking = new CancellationScope();
  let isClear = false;
  let failure: unknown;
  looking
    .run(() => untilClear(job))
    .then(
      () => {
        isClear = true;
      },
      (error: unknown) => {
        failure = isCancellation(error) ? undefined : error;
      },
    );
  try {
    const answer = await job.runEnd.unless(() => isClear || failure !== undefined, ask);
    if (answer === undefined && failure !== undefined) throw failure;
    return answer;
  } finally {
    looking.cancel();
  }
}

async function untilClear(job: ChecksJob): Promise<void> {
  const { watch, memory } = job;
  for (;;) {
    const looks = watch.looks();
    // A delivery can get lost.
    await condition(() => watch.looks() > looks, lookAgainMs(noteHeldRead(memory)));
    const checks = await readChecks(job);
    if (judgeChecks(checks, job.settings.policy.checks, 0).kind === 'clear') return;
  }
}

/** Without CI no check ever runs, and what the policy makes of that needs no look. */
const NO_CHECKS: Checks = { state: 'none', pending: [], failed: [] };

async function readChecks({ settings, number, headSha, base }: ChecksJob): Promise<Checks> {
  if (!hasVisitors(settings)) return NO_CHECKS;
  const { repository, policy } = settings;
  const { required } = policy.checks;
  return factory.readChecks(`checks of ${headSha.slice(0, 8)}`, { repository, number, headSha, base, required });
}
