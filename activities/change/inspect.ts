/** Looks at what a change does to protected paths and tests, and leaves behind, on the host that has its commit. */
import type { Database } from '../../db/connection.ts';
import { recordEvidence } from '../../db/writes/evidence.ts';
import type { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import type { Placement } from '../../workflows/contract/task.ts';
import { finalFailure } from '../failures.ts';
import { mergeBase } from '../git/ancestry.ts';
import { type GitPlace, git, gitResult } from '../git/git.ts';
import { readCommit } from '../git/refs.ts';
import { forgeBranch, readForge } from '../git/remote.ts';
import { type GitHost, openRepository } from '../git/repository.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { createTestReader, type ReadTestFile } from '../tests/read-in-thread.ts';
import { type ChangedFile, readChangedFiles, type Version } from './changed-files.ts';
import { chooseTests, isConfiguration } from './choose-tests.ts';
import type { Findings } from './findings.ts';
import { pathMatcher } from './paths.ts';
import { findProtected } from './protected-files.ts';
import { type Leftovers, readLeftovers } from './read-leftovers.ts';
import { type ChangedTest, findWeakened } from './weakened-tests.ts';

export interface InspectChangeInput {
  readonly epicId: string;
  readonly taskKey: string;
  readonly repository: string;
  readonly placement: Placement;
  readonly headSha: string;
  /** What the target branch has already is no part of the change. */
  readonly targetBranch: string;
  readonly policy: Pick<RepositoryPolicy, 'protectedPaths' | 'testPaths'>;
  /** The task's own text: test files that it names may change what they expect, and files that it names are asked for. */
  readonly criteria: string;
}

export interface Inspection {
  readonly protected?: Findings;
  readonly weakened?: Findings;
  /** New files that no one asked for, and links that lead out of the tree. */
  readonly leftovers?: Leftovers;
}

/** In the place of a check's name in the evidence. */
export const TESTS_CHECK = 'tests kept';

const MOST_NAMES_BYTES = 64 << 20;
const MOST_TEST_BYTES = 500_000;
const MOST_TESTS = 400;
/** Processes of git at a time. */
const AT_ONCE = 4;

export function createInspectChange({ db, host }: { db: Database; host: GitHost }) {
  const read = createTestReader();
  return {
    /**
     * Says which protected files the change touches, which tests it deletes, skips or weakens, and which new files no one
     * asked for, from where it left the target branch to its head. Findings about tests become evidence of the commit.
     * Idempotent: it reads, and the evidence of a commit is written over.
     * Fails: BaseBranchMissing (final); GitFailed (retried).
     * Runs on: host-<name>.
     */
    inspectChange: (input: InspectChangeInput): Promise<Inspection> =>
      withHeartbeat((signal) => inspectChange({ db, host, read }, input, signal)),
  };
}

interface Dependencies {
  readonly db: Database;
  readonly host: GitHost;
  readonly read: ReadTestFile;
}

async function inspectChange(
  { db, host, read }: Dependencies,
  input: InspectChangeInput,
  signal: AbortSignal,
): Promise<Inspection> {
  const { policy, criteria, headSha } = input;
  const startedAt = new Date();
  const bare = await openRepository(host, input.repository, signal);
  const wanted = forgeBranch(input.targetBranch);
  const target = (await readForge(bare, [wanted])).get(wanted.there);
  if (target === undefined) throw finalFailure('BaseBranchMissing', `The forge has no branch ${input.targetBranch}`);
  const baseSha = await mergeBase(bare, target.sha, headSha);
  const files = await changedFiles(bare, baseSha, headSha);
  const touched = findProtected(files, pathMatcher(policy.protectedPaths));
  const leftovers = await readLeftovers(bare, { files, baseSha, headSha, criteria });
  const weakened = policy.testPaths.length === 0 ? undefined : await findTests(bare, files, { policy, criteria, read });
  if (weakened !== undefined) {
    const { epicId, taskKey } = input;
    const { tree: treeSha } = await readCommit(bare, headSha);
    const more = weakened.total > weakened.lines.length ? [`… and ${weakened.total - weakened.lines.length} more`] : [];
    await recordEvidence(db, {
      ...{ epicId, taskKey, commitSha: headSha, treeSha, checkName: TESTS_CHECK, exitCode: 1 },
      ...{ command: `git diff ${baseSha.slice(0, 12)} ${headSha.slice(0, 12)}, read by the factory` },
      ...{
        output: [...weakened.lines, ...more].join('\n'),
        clean: false,
        policyHash: null,
        verifiedBy: `host ${host.host}`,
      },
      ...{ startedAt, finishedAt: new Date() },
    });
  }
  return {
    ...(touched === undefined ? {} : { protected: touched }),
    ...(weakened === undefined ? {} : { weakened }),
    ...(leftovers.groups === undefined && leftovers.outside === undefined ? {} : { leftovers }),
  };
}

async function changedFiles(bare: GitPlace, baseSha: string, headSha: string): Promise<ChangedFile[]> {
  const options = ['-r', '-z', '--raw', '--find-renames', '--no-abbrev', '--ignore-submodules=none'];
  const args = ['diff-tree', ...options, baseSha, headSha];
  return readChangedFiles(await git(bare, args, { maxBytes: MOST_NAMES_BYTES }));
}

/** Compares the test files of a change, and its settings of runners, with what they were. */
async function findTests(
  bare: GitPlace,
  files: readonly ChangedFile[],
  { policy, criteria, read }: Pick<InspectChangeInput, 'policy' | 'criteria'> & { readonly read: ReadTestFile },
): Promise<Findings | undefined> {
  const chosen = chooseTests(files, pathMatcher(policy.testPaths));
  const tests = await inTurns(
    chosen,
    async ({ from, path, was, is, before, after }, index): Promise<ChangedTest> => ({
      ...(is ? { path } : {}),
      ...(was ? { from, before: index < MOST_TESTS ? await readText(bare, before) : null } : {}),
      ...(is ? { after: index < MOST_TESTS ? await readText(bare, after) : null } : {}),
    }),
  );
  const configured = files.filter(({ path }) => isConfiguration(path)).slice(0, MOST_TESTS);
  const settings = await inTurns(configured, async ({ path, status, before, after }) => {
    const was = status === 'added' || status === 'renamed' ? null : await readText(bare, before);
    const is = status === 'deleted' ? null : await readText(bare, after);
    return { path, ...(was === null ? {} : { before: was }), ...(is === null ? {} : { after: is }) };
  });
  return findWeakened(tests, { criteria, read, settings });
}

async function inTurns<Item, Result>(
  items: readonly Item[],
  run: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map((item, offset) => run(item, at + offset)))));
  }
  return results;
}

/** Null for what is no text, or longer than anybody writes tests. */
async function readText(bare: GitPlace, { mode, blob }: Version): Promise<string | null> {
  if (!mode.startsWith('10')) return null;
  const args = ['cat-file', 'blob', blob];
  const { exitCode, truncated, stdout } = await gitResult(bare, args, { maxBytes: MOST_TEST_BYTES });
  if (truncated || stdout.includes('\0')) return null;
  // The same again, for its failure in our words.
  return exitCode === 0 ? stdout : await git(bare, args);
}
