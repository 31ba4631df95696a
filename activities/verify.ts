/** Set-up and verification: the commands of factory.yaml. Evidence is of clean checkouts only, never of a Worker's tree. */
import { finalFailure } from '../clients/failures.ts';
import { EPIC_NAME, isDetachedPath } from '../clients/git/names.ts';
import { readCommit } from '../clients/git/refs.ts';
import { openRepository } from '../clients/git/repository.ts';
import type { Database } from '../db/connection.ts';
import { readCheckResults, readKnownResults } from '../db/reads/check-results.ts';
import {
  coverEvidence,
  type EvidenceKey,
  recordEvidence,
  removeEvidence,
  reuseEvidence,
} from '../db/writes/evidence.ts';
import type { IgnoredFiles, Inspection } from '../workflows/contract/change.ts';
import { CLEAN_CHECK, NO_TEST_NOTE, SETUP_CHECK } from '../workflows/contract/evidence.ts';
import { setUpOf } from '../workflows/contract/settings.ts';
import type { RanCheck, RunSetupInput, VerifyInput } from '../workflows/contract/verification.ts';
import { createInspectChange, type InspectChangeInput } from './change/inspect.ts';
import { withHeartbeat } from './heartbeat.ts';
import { repeated, type VerifyDependencies } from './policy-command.ts';
import { BASE_NAME, runChecks } from './run-checks.ts';
import { runSetup } from './set-up.ts';
import { ignoredFiles } from './worktree/ignored-files.ts';
import { uncommitted } from './worktree/snapshot.ts';
import { adminDir, headOf, openWorktree, readState } from './worktree/worktree-state.ts';

export interface VerifyResult {
  readonly green: boolean;
  readonly checks: RanCheck[];
  /** The names of those that ran no test. */
  readonly noTests?: readonly string[];
  readonly treeSha: string;
  /** How long set-up and the checks took that were run. */
  readonly tookMs: number;
  /** In the task's worktree, and in no commit. */
  readonly ignoredFiles?: IgnoredFiles;
  /** Of a green commit, when `inspects` was given. */
  readonly inspection?: Inspection;
}

const MOST_SAID = 1_200;

export function createVerifyActivities(dependencies: VerifyDependencies) {
  const inspect = createInspectChange(dependencies);
  return {
    /**
     * Runs the repository's set-up command once in a Worker's worktree. What it leaves behind is no part of anybody's work.
     * Idempotent: a worktree remembers that it is set up, and a retry takes up the command that is running.
     * Fails: SetupFailed, those of worktrees, SandboxUnavailable, SecretMissing (final); TerminalUnavailable, CommandInterrupted (retried, in the end final).
     * Runs on: host-<name>.
     */
    runSetup: (input: RunSetupInput): Promise<{ ran: boolean; tookMs: number }> =>
      withHeartbeat((signal) => runSetup(dependencies, input, signal)),

    /**
     * Runs set-up and each check in a clean checkout of exactly this commit, and records what they printed as evidence.
     * A task's worktree that holds more than the commit is an answer too, red with the paths as evidence, because its
     * agent can fix it; so is a set-up that fails. `worktree` is looked at for that only, and may be any of the epic's.
     * A green commit's change is inspected too where that is asked for (change/inspect.ts), by the tests that ran.
     * Idempotent: what passed for the same files does not run again, and a retry takes up what is running where it left it;
     * so an inspection that failed is done again without another run of the checks.
     * Fails: HeadElsewhere (final) when the task's worktree is on another commit; BaseBranchMissing, SandboxUnavailable,
     * SecretMissing (final);
     * TerminalUnavailable, CommandInterrupted (retried, in the end final); DiskFull, GitFailed (retried).
     * Runs on: host-<name>.
     */
    verify: (input: VerifyInput): Promise<VerifyResult> =>
      withHeartbeat(async (signal) => {
        const verified = await verify(dependencies, input, signal);
        const asked = verified.green ? inspected(input) : undefined;
        return asked === undefined ? verified : { ...verified, inspection: await inspect(asked, signal) };
      }),
  };
}

function inspected({ inspects, ...input }: VerifyInput): InspectChangeInput | undefined {
  const { taskKey, commitSha: headSha, policy, policyHash, worktree, begun } = input;
  if (inspects === undefined || taskKey === undefined || policyHash === undefined) return undefined;
  const observed = { policy, policyHash, worktree, ...(begun === undefined ? {} : { begun }) };
  const { epicId, repository, placement } = input;
  return { epicId, taskKey, repository, placement, headSha, policy, observed, ...inspects };
}

async function verify(
  dependencies: VerifyDependencies,
  input: VerifyInput,
  signal: AbortSignal,
): Promise<VerifyResult> {
  const { db, host } = dependencies;
  const { commitSha, policy, asBase } = input;
  const began = performance.now();
  const handIn = asBase === undefined ? await lookAtHandIn(dependencies, input, signal) : undefined;
  const treeSha =
    handIn?.treeSha ?? (await readCommit(await openRepository(host, input.repository, signal), commitSha)).tree;
  const taskKey = asBase === undefined ? (input.taskKey ?? EPIC_NAME) : BASE_NAME;
  const key = { epicId: input.epicId, taskKey, commitSha, treeSha, policyHash: input.policyHash ?? null };
  const results = await knownResults(db, input, key);
  const left = policy.verify.filter(({ name }) => !results.has(name));
  const answer = async (checks: readonly RanCheck[]): Promise<VerifyResult> => ({
    green: checks.every(({ exitCode }) => exitCode === 0),
    ...(await withWords(db, input, key, checks)),
    ...{ treeSha, tookMs: performance.now() - began },
    ...(handIn?.ignored === undefined ? {} : { ignoredFiles: handIn.ignored }),
  });
  const knownSetUp = results.get(SETUP_CHECK) ?? 0;
  if (knownSetUp !== 0) return answer([{ name: SETUP_CHECK, exitCode: knownSetUp }]);
  if (left.length > 0) {
    if (await isUnclean(dependencies, key, handIn?.uncommitted ?? []))
      return answer([{ name: CLEAN_CHECK, exitCode: 1 }]);
    const setUpCode = await repeated(`verify-${commitSha.slice(0, 12)}`, host, async () =>
      runChecks(dependencies, input, { key, left, results, signal, base: await baseOf(dependencies, input, signal) }),
    );
    if (setUpCode !== 0) return answer([{ name: SETUP_CHECK, exitCode: setUpCode }]);
  }
  return answer(policy.verify.map(({ name }) => ({ name, exitCode: results.get(name) ?? 1 })));
}

/** What the work is built on, as its worktree knows it. */
async function baseOf({ host }: VerifyDependencies, input: VerifyInput, signal: AbortSignal) {
  if (input.asBase !== undefined) return { branch: '', sha: input.commitSha };
  const bare = await openRepository(host, input.repository, signal);
  return (await readState(adminDir(bare, input.epicId, input.worktree)))?.base;
}

/** The exit codes that need not be found out again. */
async function knownResults(
  db: Database,
  { policy, coveredBy, asBase }: VerifyInput,
  key: EvidenceKey,
): Promise<Map<string, number>> {
  const checks = policy.verify;
  if (asBase !== undefined) {
    const known = await readKnownResults(db, knownOf(key, policy, asBase));
    return new Map(known.map(({ name, exitCode }) => [name, exitCode]));
  }
  const reused =
    coveredBy === undefined
      ? await reuseEvidence(db, { ...key, checks })
      : await coverEvidence(db, { ...key, checks, by: coveredBy });
  return new Map([...reused].map((name) => [name, 0]));
}

const knownOf = (
  { commitSha, policyHash }: EvidenceKey,
  policy: VerifyInput['policy'],
  { since }: NonNullable<VerifyInput['asBase']>,
) => ({ commitSha, policyHash, commands: commandsOf(policy), since: new Date(since) });

/** Set-up is known only where it failed. */
function commandsOf(policy: VerifyInput['policy']) {
  const setUp = setUpOf(policy);
  return [...policy.verify, ...(setUp === undefined ? [] : [{ name: SETUP_CHECK, command: setUp.run }])];
}

/** With what red ones said at the end, and those that ran no test. */
async function withWords(
  db: Database,
  { policy, asBase }: VerifyInput,
  key: EvidenceKey,
  checks: readonly RanCheck[],
): Promise<Pick<VerifyResult, 'checks' | 'noTests'>> {
  const rows =
    asBase === undefined ? await readCheckResults(db, key) : await readKnownResults(db, knownOf(key, policy, asBase));
  const found = new Map(rows.map(({ name, said }) => [name, said]));
  const noTests = checks
    .filter(({ name }) => found.get(name)?.trimEnd().endsWith(NO_TEST_NOTE))
    .map(({ name }) => name);
  const told = checks.map((check) => {
    const said = found.get(check.name);
    return check.exitCode === 0 || said === undefined
      ? check
      : { ...check, said: said.slice(-MOST_SAID).toWellFormed() };
  });
  return { checks: told, ...(noTests.length === 0 ? {} : { noTests }) };
}

/** What the task's worktree holds besides the commit. Undefined for one that nobody works in. */
async function lookAtHandIn({ host }: VerifyDependencies, input: VerifyInput, signal: AbortSignal) {
  if (input.taskKey === undefined || isDetachedPath(input.worktree)) return undefined;
  const worktree = await openWorktree(host, input, signal);
  const head = await headOf(worktree);
  if (head.sha !== input.commitSha) {
    throw finalFailure(
      'HeadElsewhere',
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
