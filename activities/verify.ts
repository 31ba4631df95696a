/** Set-up and verification: the commands of factory.yaml. Evidence is of clean checkouts only, never of a Worker's tree. */
import { coverEvidence, recordEvidence, removeEvidence, reuseEvidence } from '../db/writes/evidence.ts';
import { finalFailure } from './failures.ts';
import { type IgnoredFiles, ignoredFiles } from './git/ignored-files.ts';
import { EPIC_NAME, isDetachedPath } from './git/names.ts';
import { readCommit } from './git/refs.ts';
import { openRepository } from './git/repository.ts';
import { uncommitted } from './git/snapshot.ts';
import { headOf, openWorktree } from './git/worktree-state.ts';
import { withHeartbeat } from './heartbeat.ts';
import { type RunSetupInput, repeated, type VerifyDependencies } from './policy-command.ts';
import { type EvidenceKey, runChecks, SETUP_CHECK } from './run-checks.ts';
import { runSetup } from './set-up.ts';

export type { RunSetupInput, VerifyDependencies } from './policy-command.ts';

export interface VerifyInput extends RunSetupInput {
  readonly commitSha: string;
  /** A commit that holds this one and has evidence already: what was green there counts here. */
  readonly coveredBy?: { readonly epicId: string; readonly taskKey: string; readonly commitSha: string };
}

export interface VerifyResult {
  readonly green: boolean;
  readonly checks: { readonly name: string; readonly exitCode: number }[];
  readonly treeSha: string;
  /** How long set-up and the checks took that were run. */
  readonly tookMs: number;
  /** In the task's worktree, and in no commit. */
  readonly ignoredFiles?: IgnoredFiles;
}

/** The finding, in place of the checks, that the worktree holds more than the commit. */
export const CLEAN_CHECK = 'worktree';

export function createVerifyActivities(dependencies: VerifyDependencies) {
  return {
    /**
     * Runs the repository's set-up command once in a Worker's worktree. What it leaves behind is no part of anybody's work.
     * Idempotent: a worktree remembers that it is set up, and a retry takes up the command that is running.
     * Fails: SetupFailed, WorktreeUnusable, SandboxUnavailable, SecretMissing (final); TerminalUnavailable, CommandInterrupted (retried, in the end final).
     * Runs on: host-<name>.
     */
    runSetup: (input: RunSetupInput): Promise<{ ran: boolean; tookMs: number }> =>
      withHeartbeat((signal) => runSetup(dependencies, input, signal)),

    /**
     * Runs set-up and each check in a clean checkout of exactly this commit, and records what they printed as evidence.
     * A task's worktree that holds more than the commit is an answer too, red with the paths as evidence, because its
     * agent can mend it; so is a set-up that fails. `worktree` is looked at for that only, and may be any of the epic's.
     * Idempotent: what passed for the same files does not run again, and a retry takes up what is running where it left it.
     * Fails: WorktreeUnusable (final) when the task's worktree is on another commit; SandboxUnavailable, SecretMissing (final);
     * TerminalUnavailable, CommandInterrupted (retried, in the end final); DiskFull, GitFailed (retried).
     * Runs on: host-<name>.
     */
    verify: (input: VerifyInput): Promise<VerifyResult> =>
      withHeartbeat((signal) => verify(dependencies, input, signal)),
  };
}

async function verify(
  dependencies: VerifyDependencies,
  input: VerifyInput,
  signal: AbortSignal,
): Promise<VerifyResult> {
  const { db, host } = dependencies;
  const { commitSha, policy, coveredBy } = input;
  const began = performance.now();
  const handIn = await lookAtHandIn(dependencies, input, signal);
  const treeSha =
    handIn?.treeSha ?? (await readCommit(await openRepository(host, input.repository, signal), commitSha)).tree;
  const key = { epicId: input.epicId, taskKey: input.taskKey ?? EPIC_NAME, commitSha, treeSha };
  const reused =
    coveredBy === undefined
      ? await reuseEvidence(db, { ...key, checks: policy.verify })
      : await coverEvidence(db, { ...key, checks: policy.verify, by: coveredBy });
  const left = policy.verify.filter(({ name }) => !reused.has(name));
  const results = new Map<string, number>([...reused].map((name) => [name, 0]));
  const answer = (checks: VerifyResult['checks']): VerifyResult => ({
    ...{ green: checks.every(({ exitCode }) => exitCode === 0), checks, treeSha, tookMs: performance.now() - began },
    ...(handIn?.ignored === undefined ? {} : { ignoredFiles: handIn.ignored }),
  });
  if (left.length > 0) {
    if (await isUnclean(dependencies, key, handIn?.uncommitted ?? []))
      return answer([{ name: CLEAN_CHECK, exitCode: 1 }]);
    const setUpCode = await repeated(`verify-${commitSha.slice(0, 12)}`, host, () =>
      runChecks(dependencies, input, { key, left, results, signal }),
    );
    if (setUpCode !== 0) return answer([{ name: SETUP_CHECK, exitCode: setUpCode }]);
  }
  return answer(policy.verify.map(({ name }) => ({ name, exitCode: results.get(name) ?? 1 })));
}

/** What the task's worktree holds besides the commit. Undefined for one that nobody works in. */
async function lookAtHandIn({ host }: VerifyDependencies, input: VerifyInput, signal: AbortSignal) {
  if (input.taskKey === undefined || isDetachedPath(input.worktree)) return undefined;
  const worktree = await openWorktree(host, input, signal);
  const head = await headOf(worktree);
  if (head.sha !== input.commitSha) {
    throw finalFailure(
      'WorktreeUnusable',
      `${worktree.path} is at ${head.sha}, not at ${input.commitSha} which is to be verified`,
    );
  }
  const held = await uncommitted(worktree, head);
  return { treeSha: head.tree, uncommitted: held, ignored: await ignoredFiles(worktree) };
}

/** The finding comes and goes with what is found. */
async function isUnclean(
  { db, host }: VerifyDependencies,
  key: EvidenceKey,
  held: readonly string[],
): Promise<boolean> {
  if (held.length === 0) {
    await removeEvidence(db, { ...key, checkName: CLEAN_CHECK });
    return false;
  }
  const output = [
    'Nothing was run: these paths are in the worktree and not in the commit, so they would not be merged.',
    'Add what belongs to the work, delete the rest, or name it in .gitignore.',
    ...held.slice(0, 200),
  ].join('\n');
  const now = new Date();
  await recordEvidence(db, {
    ...{ ...key, checkName: CLEAN_CHECK, command: 'git status', exitCode: 1, output, clean: false },
    ...{ verifiedBy: `host ${host.host}`, startedAt: now, finishedAt: now },
  });
  return true;
}
