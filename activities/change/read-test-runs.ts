/** Reads the tests that ran at a commit and on its base. The base runs here, once for each such commit and policy, when nobody knows yet. */
import { ApplicationFailure } from '@temporalio/activity';
import { withLock } from '../../clients/git/lock.ts';
import { readCommit } from '../../clients/git/refs.ts';
import { type Clone, openRepository } from '../../clients/git/repository.ts';
import { progressReporter } from '../../clients/progress.ts';
import { readKnownResults } from '../../db/reads/check-results.ts';
import { readRunsOfTree, readTestRuns } from '../../db/reads/test-runs.ts';
import { SETUP_CHECK } from '../../workflows/contract/evidence.ts';
import { type Check, setUpOf } from '../../workflows/contract/settings.ts';
import type { RunSetupInput } from '../../workflows/contract/verification.ts';
import { repeated, type VerifyDependencies } from '../policy-command.ts';
import type { Collected } from '../reports/collect-report.ts';
import { BASE_NAME, runChecks } from '../run-checks.ts';
import type { CheckRuns } from './compare-runs.ts';

export interface ReadRunsInput extends RunSetupInput {
  readonly taskKey: string;
  readonly policyHash: string;
  readonly headSha: string;
  readonly baseSha: string;
}

export interface HeadAndBaseRuns {
  readonly checks: readonly CheckRuns[];
  /** Why there is nothing to compare with. */
  readonly notes: readonly string[];
}

const NONE: Collected = { kind: 'none' };

/** The checks of which the head or the base has a report. A base that cannot be verified is said, and is no failure. */
export async function readHeadAndBaseRuns(
  dependencies: VerifyDependencies,
  input: ReadRunsInput,
  signal: AbortSignal,
): Promise<HeadAndBaseRuns> {
  const { epicId, taskKey, headSha: commitSha, policy } = input;
  const rows = await readTestRuns(dependencies.db, { epicId, taskKey, commitSha });
  const heads = new Map(
    rows
      .filter(({ policyHash }) => policyHash === input.policyHash)
      .map(({ name, report }) => [name, report as Collected] as const),
  );
  const reported = policy.verify.filter((check) => (heads.get(check.name) ?? NONE).kind !== 'none');
  const notes: string[] = [];
  const base = `The base ${short(input.baseSha)}`;
  let bases = await knownOnBase(dependencies, input, policy.verify);
  if (reported.some(({ name }) => !bases.has(name))) {
    try {
      const ran = await runBase(dependencies, input, reported, signal);
      if (ran === undefined) notes.push(`${base} could not be set up, so its tests are not compared`);
      else bases = ran;
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || error.nonRetryable !== true) throw error;
      notes.push(`${base} could not be verified to compare: ${error.message}`);
    }
  }
  const checks = policy.verify.flatMap(({ name }) => {
    const [before, head] = [bases.get(name) ?? NONE, heads.get(name)];
    return head === undefined || (before.kind === 'none' && head.kind === 'none') ? [] : [{ name, base: before, head }];
  });
  for (const { name, base: before } of checks) {
    if (before.kind !== 'missing' && before.kind !== 'unreadable') continue;
    const why = before.kind === 'missing' ? 'is missing' : 'cannot be read';
    notes.push(`${base}: the report of ${name} ${why} (${before.reason}), so its tests are not compared`);
  }
  return { checks, notes };
}

const short = (sha: string): string => sha.slice(0, 12);

async function knownOnBase(
  { db, host }: VerifyDependencies,
  { repository, baseSha, policyHash }: ReadRunsInput,
  checks: readonly Check[],
): Promise<Map<string, Collected>> {
  const { tree: treeSha } = await readCommit(await openRepository(host, repository), baseSha);
  const rows = await readRunsOfTree(db, { treeSha, policyHash });
  const known = rows.filter((row) => checks.some(({ name, command }) => name === row.name && command === row.command));
  return new Map(known.map(({ name, report }) => [name, report as Collected]));
}

/** A set-up that failed is tried again after this time: a network or a registry may be back. */
const SET_UP_KNOWN_MS = 3_600_000;

async function failsSetUp(
  { db }: VerifyDependencies,
  { baseSha, policyHash, policy }: ReadRunsInput,
): Promise<boolean> {
  const setUp = setUpOf(policy);
  const commands = setUp === undefined ? [] : [{ name: SETUP_CHECK, command: setUp.run }];
  const since = new Date(Date.now() - SET_UP_KNOWN_MS);
  const known = await readKnownResults(db, { commitSha: baseSha, policyHash, commands, since });
  return known.some(({ exitCode }) => exitCode !== 0);
}

/** Undefined when it cannot be set up. Tasks that ask at the same time wait for the one that runs it. */
async function runBase(
  dependencies: VerifyDependencies,
  input: ReadRunsInput,
  checks: readonly Check[],
  signal: AbortSignal,
): Promise<Map<string, Collected> | undefined> {
  const { host } = dependencies;
  const { repository, baseSha, policyHash, epicId, policy } = input;
  const bare: Clone = await openRepository(host, repository, signal);
  const report = progressReporter();
  const run = async () => {
    const known = await knownOnBase(dependencies, input, policy.verify);
    const left = checks.filter(({ name }) => !known.has(name));
    if (left.length === 0) return known;
    if (await failsSetUp(dependencies, input)) return undefined;
    report(`verifies the base ${short(baseSha)} to compare its tests`);
    const { tree: treeSha } = await readCommit(bare, baseSha);
    const key = { epicId, taskKey: BASE_NAME, commitSha: baseSha, treeSha, policyHash };
    const base = { branch: '', sha: baseSha };
    const setUpCode = await repeated(`verify-base-${short(baseSha)}`, host, () =>
      runChecks(dependencies, input, { key, left, results: new Map(), signal, base }),
    );
    return setUpCode === 0 ? await knownOnBase(dependencies, input, policy.verify) : undefined;
  };
  report('waits for the base to be verified, to compare its tests');
  try {
    return await withLock(`${bare.gitDir}.verification/base-${baseSha}.lock`, run, signal);
  } finally {
    report(undefined);
  }
}
