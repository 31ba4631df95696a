/** Set-up and checks in a clean checkout of one commit, each recorded as evidence. */
import { isAncestor } from '../clients/git/ancestry.ts';
import { isGitFailure } from '../clients/git/failures.ts';
import { EPIC_NAME, isDetachedPath, OF_NO_EPIC } from '../clients/git/names.ts';
import { openRepository } from '../clients/git/repository.ts';
import { type EvidenceKey, recordEvidence, removeEvidence } from '../db/writes/evidence.ts';
import { writeTestRuns } from '../db/writes/test-runs.ts';
import type { KnownBase } from '../workflows/contract/base.ts';
import { NO_TEST_NOTE, SETUP_CHECK } from '../workflows/contract/evidence.ts';
import { type Check, isInHome, type RepositoryPolicy, setUpOf } from '../workflows/contract/settings.ts';
import type { RunSetupInput } from '../workflows/contract/verification.ts';
import { ranNoTest } from './no-tests.ts';
import { activityName, shortHash, TIMED_OUT_EXIT_CODE, tail, type VerifyDependencies } from './policy-command.ts';
import { collectFrom, reportWords, runReporting } from './run-reporting.ts';
import { stillRuns } from './terminal/run-command.ts';
import { OF_BASE, type SetUpKey } from './worktree/kept-set-up.ts';
import { type CleanTree, withCleanTree } from './worktree/verification-pool.ts';
import { adminDir, readState } from './worktree/worktree-state.ts';

/** Whose evidence that of an untouched base is. No task's key has parentheses. */
export const BASE_NAME = '(base)';

const NO_TEST_EXIT_CODE = 1;

const OUTPUT_KEPT_BYTES = 100_000;

export interface Run {
  readonly key: EvidenceKey;
  readonly left: readonly Check[];
  /** The exit codes of the checks that need not run, and of those that have. */
  readonly results: Map<string, number>;
  readonly signal: AbortSignal;
  readonly base: KnownBase | undefined;
}

/** The exit code of set-up; undefined when a command was interrupted, and the commit is to be laid again. */
export async function runChecks(
  dependencies: VerifyDependencies,
  input: RunSetupInput,
  { key, left, results, signal, base }: Run,
): Promise<number | undefined> {
  const { db, host, terminal } = dependencies;
  const { repository, policy } = input;
  const { commitSha } = key;
  const setUp = setUpOf(policy);
  const take = {
    repository,
    commitSha,
    owner: activityName(input),
    ...(await sharingOf(dependencies, input, { key, signal })),
    base,
    signal,
    isRunning: (journalDir: string) => stillRuns(terminal, journalDir),
  };
  return await withCleanTree(host, take, async (tree) => {
    const run = (step: Step) => runStep(dependencies, input, { key, tree, step, signal });
    const step = { checkName: SETUP_CHECK, command: setUp?.run ?? '', seconds: policy.timeouts.setupSeconds };
    if (tree.isOfBase()) {
      // Where it fails on the base, the commit's own run says what comes of it.
      const code = await run({ ...step, isUnrecorded: true });
      if (code === 0) await tree.noteSetUp();
      else if (code !== undefined) await tree.noteFailed();
      if (code === undefined || !(await tree.layOwn())) return undefined;
    }
    if (!tree.isSetUp() && setUp !== undefined) {
      const code = await run(step);
      if (code !== 0) return code;
      await removeEvidence(db, { ...key, checkName: SETUP_CHECK });
      await tree.noteSetUp();
    }
    const { verifySeconds: seconds } = policy.timeouts;
    for (const check of left.filter(({ name }) => !results.has(name))) {
      const code = await run({ checkName: check.name, command: check.command, seconds, check });
      if (code === undefined) return undefined;
      results.set(check.name, code);
    }
    return 0;
  });
}

interface Step {
  readonly checkName: string;
  readonly command: string;
  readonly seconds: number;
  /** Unlike set-up it is evidence when it succeeds, too. */
  readonly check?: Check;
  /** It is no evidence at all. */
  readonly isUnrecorded?: boolean;
}

/** Runs a command and records what came of it; undefined when it was interrupted. */
async function runStep(
  dependencies: VerifyDependencies,
  input: RunSetupInput,
  { key, tree, step, signal }: { key: EvidenceKey; tree: CleanTree; step: Step; signal: AbortSignal },
): Promise<number | undefined> {
  const { db, host } = dependencies;
  const { checkName, command, seconds, check, isUnrecorded = false } = step;
  const startedAt = new Date();
  const name = `verify-${key.commitSha.slice(0, 12)}-${shortHash(`${checkName}\n${command}`)}-${tree.laying}`;
  const where = { cwd: tree.path, home: tree.home, ownerOfTree: OF_NO_EPIC, begins: tree.begins };
  const running = { ...where, name, script: command, timeoutMs: seconds * 1_000, signal };
  const result = await runReporting(dependencies, input, running, check);
  await tree.refuseLost();
  if (result.interrupted) {
    await tree.discard();
    return undefined;
  }
  const ended = result.timedOut ? TIMED_OUT_EXIT_CODE : (result.exitCode ?? 1);
  if (isUnrecorded || (ended === 0 && check === undefined)) return ended;
  const isEmpty = check !== undefined && ranNoTest({ command, exitCode: ended, output: result.output });
  const collected = check === undefined ? undefined : await collectFrom(check, tree.path, result);
  const exitCode = ended === 0 && isEmpty && input.policy.noTests === 'red' ? NO_TEST_EXIT_CODE : ended;
  const note = [
    ...(result.timedOut ? [`It was ended because it took longer than ${seconds} s.`] : []),
    ...reportWords(collected),
    ...(isEmpty ? [NO_TEST_NOTE] : []),
  ].map((line) => `\n${line}`);
  await recordEvidence(db, {
    ...key,
    checkName,
    command,
    exitCode,
    clean: true,
    output: tail(result.output, OUTPUT_KEPT_BYTES) + note.join(''),
    verifiedBy: `host ${host.host}`,
    startedAt,
    finishedAt: new Date(),
    testRunsHash: collected === undefined ? null : await writeTestRuns(db, collected),
  });
  return exitCode;
}

/**
 * Whose products may serve this commit, since set-up runs what a commit says: those of commits that the base branch holds,
 * which were reviewed and merged, and those of the same task.
 */
async function sharingOf(
  { host }: VerifyDependencies,
  { policy, repository, epicId, worktree }: RunSetupInput,
  { key, signal }: { readonly key: EvidenceKey; readonly signal: AbortSignal },
): Promise<{ readonly setUp: SetUpKey | undefined; readonly sharedAt?: string }> {
  // On a task's detached worktree lies a stack, which holds the code of others: its products serve that commit only.
  const isStack = isDetachedPath(worktree) && key.taskKey !== EPIC_NAME && key.taskKey !== BASE_NAME;
  const own = setUpKey(policy, `${key.epicId}/${key.taskKey}${isStack ? `@${key.commitSha}` : ''}`);
  if (own === undefined || own.basis.length === 0) return { setUp: own };
  const bare = await openRepository(host, repository, signal);
  const base = (await readState(adminDir(bare, epicId, worktree)))?.base;
  if (base === undefined) return { setUp: own };
  const isOfBase = await isAncestor(bare, key.commitSha, base.sha).catch((error: unknown) => {
    // A base that was rewritten is on other hosts only.
    if (isGitFailure(error, 'object-missing')) return false;
    throw error;
  });
  return isOfBase ? { setUp: { ...own, scope: OF_BASE } } : { setUp: own, sharedAt: base.sha };
}

function setUpKey(policy: RepositoryPolicy, scope: string): SetUpKey | undefined {
  const setUp = setUpOf(policy);
  if (setUp === undefined) return undefined;
  const keep = setUp.keep.filter((path) => !isInHome(path));
  const key = shortHash(JSON.stringify([setUp, policy.env, policy.network]));
  return { key, keep, basis: setUp.while, scope };
}
