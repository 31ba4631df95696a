/**
 * A host that fails the same step for one task after the other takes no more work: failing fast, it would draw and fail
 * every task that there is. After a pause it takes work on trial, so that nothing waits for ever.
 */
import { WORKTREE_FAILURES } from '../workflows/contract/failures.ts';

/** Tasks in a row that fail at the same step in the same way. */
const LIMIT = 3;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 30 * 60_000;

/** Steps by which a task or epic gets its place. */
const SET_UP: ReadonlySet<string> = new Set(['prepareWorktree', 'prepareDetached', 'runSetup']);
/** Failures whose cause is the machine, whatever step meets them. */
const OF_MACHINE: ReadonlySet<string> = new Set([
  'TerminalUnavailable',
  'SandboxUnavailable',
  'SecretMissing',
  'DiskFull',
]);
/** Failures whose cause is most likely the machine when a set-up step meets them for several tasks. */
const OF_SET_UP: ReadonlySet<string> = new Set<string>([
  'RepositoryMissing',
  ...WORKTREE_FAILURES,
  'NotAuthenticated',
  'SetupFailed',
]);

export interface FailedStep {
  /** The activity. */
  readonly step: string;
  readonly type: string;
  readonly message: string;
  /** Who met it: a task that meets it again in another attempt counts once. */
  readonly by: string;
}

interface Refusal {
  readonly streak: string;
  readonly step: string;
  readonly reason: string;
  readonly until: number;
  readonly pauseMs: number;
}

export function createFailingSteps(now: () => number = Date.now) {
  const streaks = new Map<string, { readonly step: string; readonly by: Set<string> }>();
  let refusal: Refusal | undefined;

  return {
    /** Why the host takes no more work; undefined while it does. */
    refusal: (): string | undefined => (refusal !== undefined && now() < refusal.until ? refusal.reason : undefined),

    /** Returns whether the host refuses work from now on. */
    failed({ step, type, message, by }: FailedStep): boolean {
      if (!OF_MACHINE.has(type) && !(SET_UP.has(step) && OF_SET_UP.has(type))) return false;
      const key = `${step} ${type}`;
      const streak = streaks.get(key) ?? { step, by: new Set<string>() };
      streaks.set(key, streak);
      streak.by.add(by);
      if (refusal !== undefined && now() < refusal.until) return false;
      const isTrial = refusal?.streak === key;
      if (!isTrial && streak.by.size < LIMIT) return false;
      const pauseMs = isTrial ? Math.min((refusal?.pauseMs ?? 0) * 2, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
      const reason = `it takes no more work: ${step} failed for ${streak.by.size} tasks in a row with ${type}: ${message}`;
      refusal = { streak: key, step, reason: reason.slice(0, 1_000), until: now() + pauseMs, pauseMs };
      return true;
    },

    /** Returns whether the host takes work again because of it. */
    succeeded(step: string): boolean {
      for (const [key, streak] of streaks) if (streak.step === step) streaks.delete(key);
      if (refusal === undefined || !(SET_UP.has(step) || refusal.step === step)) return false;
      streaks.delete(refusal.streak);
      refusal = undefined;
      return true;
    },
  };
}

export type FailingSteps = ReturnType<typeof createFailingSteps>;
