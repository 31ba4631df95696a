/** The test files of a change, read as they were and as they are. */
import { rankOf } from '../tests/languages.ts';
import type { ReadTestFile } from '../tests/read-in-thread.ts';
import { NOTHING, type TestFile } from '../tests/read-tests.ts';

export interface ChangedTest {
  /** Undefined when the change deletes it, or takes it out of the tests. */
  readonly path?: string;
  /** Its former path; undefined for a new file. */
  readonly from?: string;
  /** Undefined where there is none, null where it cannot be read as text. */
  readonly before?: string | null;
  readonly after?: string | null;
}

/** A test file of the change, read. */
export interface ComparedTest extends ChangedTest {
  /** Null: it cannot be compared. */
  readonly was: TestFile | null;
  readonly is: TestFile | null;
  /** Runners do not collect it by its new name. */
  readonly isUncollected: boolean;
}

/** A change whose files take the parser too long is not waited for, file by file. */
const MOST_FAILURES = 5;

/** Reads both versions of each test file, one after the other. */
export async function readTestFiles(tests: readonly ChangedTest[], read: ReadTestFile): Promise<ComparedTest[]> {
  const files: ComparedTest[] = [];
  let failures = 0;
  for (const test of tests) {
    const file = await readBoth(test, failures < MOST_FAILURES ? read : async () => null);
    failures += [file.was, file.is].filter((each) => each === null).length;
    files.push(file);
  }
  return files;
}

async function readBoth(test: ChangedTest, read: ReadTestFile): Promise<ComparedTest> {
  const { path, from, before, after } = test;
  const one = (name: string | undefined, text: string | null | undefined) =>
    text === undefined ? NOTHING : text === null ? null : read(name ?? '', text);
  const isRenamed = path !== undefined && from !== undefined && from !== path;
  const isUncollected =
    path !== undefined && (from === undefined ? rankOf(path) === Infinity : isRenamed && rankOf(path) > rankOf(from));
  return { ...test, was: await one(from ?? path, before), is: await one(path ?? from, after), isUncollected };
}
