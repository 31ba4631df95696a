/** Which files of a change hold tests or settings of their runners. Pure. */
import { configurationOf } from '../tests/configuration.ts';
import { mayHoldTests } from '../tests/languages.ts';
import type { ChangedFile } from './changed-files.ts';

export interface ChosenTest {
  readonly path: string;
  readonly from: string;
  /** Whether the file was a test before the change, and whether it is one after it. */
  readonly was: boolean;
  readonly is: boolean;
}

/** Chooses the test files of a change; one that leaves the tests by a new name is deleted as a test. */
export function chooseTests<File extends Pick<ChangedFile, 'status' | 'path' | 'from'>>(
  files: readonly File[],
  isTestPath: (path: string) => boolean,
): (File & ChosenTest)[] {
  return files.flatMap((file) => {
    const { status, path, from = path } = file;
    const was = status !== 'added' && mayHoldTests(from, isTestPath);
    const is = status !== 'deleted' && mayHoldTests(path, isTestPath);
    return was || is ? [{ ...file, from, was, is }] : [];
  });
}

export const isConfiguration = (path: string): boolean =>
  configurationOf(path) !== undefined || /(^|\/)go\.mod$/.test(path);
