/** Looks at what a change does to protected paths and tests, and leaves behind, on the host that has its commit. */

import { finalFailure } from '../../clients/failures.ts';
import { mergeBase } from '../../clients/git/ancestry.ts';
import type { GitRepo } from '../../clients/git/git.ts';
import { readCommit } from '../../clients/git/refs.ts';
import { forgeBranch, readForge } from '../../clients/git/remote.ts';
import { openRepository } from '../../clients/git/repository.ts';
import { recordEvidence, removeEvidence } from '../../db/writes/evidence.ts';
import type { Findings, Inspection, InspectionScope } from '../../workflows/contract/change.ts';
import { TESTS_CHECK } from '../../workflows/contract/evidence.ts';
import { defined } from '../../workflows/contract/optional-fields.ts';
import type { Placement } from '../../workflows/contract/placement.ts';
import type { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import type { VerifyDependencies } from '../policy-command.ts';
import { createTestReader, type ReadTestFile } from '../tests/read-in-thread.ts';
import type { ChangedFile } from './changed-files.ts';
import { shownLines } from './findings.ts';
import { joinFindings } from './join-findings.ts';
import { listChanged } from './list-changed.ts';
import { readLeftovers } from './read-leftovers.ts';
import { readProtected } from './read-protected.ts';
import { type ReadRunsInput, readHeadAndBaseRuns } from './read-test-runs.ts';
import { readWeakened } from './read-weakened.ts';

export interface InspectChangeInput extends InspectionScope {
  readonly epicId: string;
  readonly taskKey: string;
  readonly repository: string;
  readonly placement: Placement;
  readonly headSha: string;
  readonly policy: Pick<RepositoryPolicy, 'protected' | 'protectedPaths' | 'testPaths'>;
  /** For a change that is verified: its checks, whose tests are compared with those that ran on the base. */
  readonly observed?: Pick<ReadRunsInput, 'policy' | 'policyHash' | 'worktree' | 'begun'>;
}

/**
 * Says which protected files the change touches, which tests it deletes, skips or weakens, and which new files no one
 * asked for, from where it left the target branch to its head. Findings about tests become evidence of the commit, and so
 * do the reasons why tests are not compared, which are green.
 * Where checks reported their tests, the commit that it left is verified too unless its tests are known.
 * Idempotent: it reads, the evidence of a commit is written over, and a retry takes up what is running on the base.
 * Fails: BaseBranchMissing (final); GitFailed, CommandInterrupted, TerminalUnavailable, DiskFull (retried).
 */
export function createInspectChange(dependencies: VerifyDependencies) {
  const read = createTestReader();
  return (input: InspectChangeInput, signal: AbortSignal): Promise<Inspection> =>
    inspectChange({ ...dependencies, read }, input, signal);
}

interface Dependencies extends VerifyDependencies {
  readonly read: ReadTestFile;
}

async function inspectChange(
  dependencies: Dependencies,
  input: InspectChangeInput,
  signal: AbortSignal,
): Promise<Inspection> {
  const { db, host } = dependencies;
  const { policy, criteria, headSha } = input;
  const startedAt = new Date();
  const bare = await openRepository(host, input.repository, signal);
  const wanted = forgeBranch(input.targetBranch);
  const target = (await readForge(bare, [wanted])).get(wanted.there);
  if (target === undefined) throw finalFailure('BaseBranchMissing', `The forge has no branch ${input.targetBranch}`);
  const baseSha = await mergeBase(bare, target.sha, headSha);
  const files = await listChanged(bare, baseSha, headSha);
  const touched = await readProtected(bare, files, policy);
  const leftovers = await readLeftovers(bare, { files, baseSha, headSha, criteria });
  const { weakened, notes } = await findTests(dependencies, { bare, files, baseSha, input }, signal);
  const { epicId, taskKey } = input;
  const uncompared = weakened === undefined ? shownLines(notes) : [];
  if (weakened !== undefined || uncompared.length > 0) {
    const { tree: treeSha } = await readCommit(bare, headSha);
    const { lines, total } = weakened ?? { lines: uncompared, total: uncompared.length };
    const more = total > lines.length ? [`… and ${total - lines.length} more`] : [];
    await recordEvidence(db, {
      epicId,
      taskKey,
      commitSha: headSha,
      treeSha,
      checkName: TESTS_CHECK,
      exitCode: weakened === undefined ? 0 : 1,
      command: `git diff ${baseSha.slice(0, 12)} ${headSha.slice(0, 12)}, read by the factory`,
      output: [...lines, ...more].join('\n'),
      clean: false,
      policyHash: null,
      verifiedBy: `host ${host.host}`,
      startedAt,
      finishedAt: new Date(),
    });
  } else if (policy.testPaths.length > 0) {
    await removeEvidence(db, { epicId, taskKey, commitSha: headSha, checkName: TESTS_CHECK });
  }
  return {
    ...defined({ protected: touched, weakened }),
    ...(uncompared.length === 0 ? {} : { uncompared }),
    ...(leftovers.groups === undefined && leftovers.outside === undefined ? {} : { leftovers }),
  };
}

/** Finds weakened tests by their texts and, for a change that is verified, by the tests that ran. */
async function findTests(
  dependencies: Dependencies,
  {
    bare,
    files,
    baseSha,
    input,
  }: {
    readonly bare: GitRepo;
    readonly files: readonly ChangedFile[];
    readonly baseSha: string;
    readonly input: InspectChangeInput;
  },
  signal: AbortSignal,
): Promise<{ readonly weakened: Findings | undefined; readonly notes: readonly string[] }> {
  const { policy, criteria, observed } = input;
  if (files.length === 0 || policy.testPaths.length === 0) return { weakened: undefined, notes: [] };
  const found = await readWeakened(bare, files, { policy, criteria, read: dependencies.read });
  const seen =
    observed === undefined
      ? { checks: [], notes: [] }
      : await readHeadAndBaseRuns(dependencies, { ...input, ...observed, baseSha }, signal);
  return { weakened: joinFindings({ ...found, ...seen }), notes: seen.notes };
}
