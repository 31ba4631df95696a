/** Reads the test files of a change, and its settings of runners, and compares them with what they were. */
import type { GitRepo } from '../../clients/git/git.ts';
import type { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import type { ReadTestFile } from '../tests/read-in-thread.ts';
import type { ChangedFile } from './changed-files.ts';
import { chooseSettings, chooseTests } from './choose-tests.ts';
import { type ChangedTest, type ComparedTest, readTestFiles } from './compared-tests.ts';
import { pathMatcher } from './match-paths.ts';
import { readText } from './read-text.ts';
import { findWeakened, type TextFinding } from './weakened-tests.ts';

/** Longer than anybody writes tests. */
const MOST_TEST_BYTES = 500_000;
/** Further ones are not read, and so cannot be compared. */
const MOST_TESTS = 400;
/** Processes of git at a time. */
const AT_ONCE = 4;

export interface WeakenedOptions {
  readonly policy: Pick<RepositoryPolicy, 'testPaths'>;
  readonly criteria: string;
  readonly read: ReadTestFile;
}

export async function readWeakened(
  bare: GitRepo,
  files: readonly ChangedFile[],
  { policy, criteria, read }: WeakenedOptions,
): Promise<{ readonly tests: ComparedTest[]; readonly textual: TextFinding[] }> {
  const chosen = chooseTests(files, pathMatcher(policy.testPaths));
  const textOf = (version: ChangedFile['before']) => readText(bare, version, MOST_TEST_BYTES);
  const changed = await inTurns(
    chosen,
    async ({ from, path, was, is, before, after }, index): Promise<ChangedTest> => ({
      ...(is ? { path } : {}),
      ...(was ? { from, before: index < MOST_TESTS ? await textOf(before) : null } : {}),
      ...(is ? { after: index < MOST_TESTS ? await textOf(after) : null } : {}),
    }),
  );
  const settings = await inTurns(chooseSettings(files), async ({ path, before, after }, index) => ({
    path,
    ...(before === undefined ? {} : { before: index < MOST_TESTS ? await textOf(before) : null }),
    ...(after === undefined ? {} : { after: index < MOST_TESTS ? await textOf(after) : null }),
  }));
  const tests = await readTestFiles(changed, read);
  return { tests, textual: findWeakened(tests, { criteria, settings }) };
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
