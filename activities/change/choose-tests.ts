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

export interface ChosenSettings<Version> {
  readonly path: string;
  /** Undefined where there was or is none. */
  readonly before?: Version;
  readonly after?: Version;
}

/**
 * Chooses the files that hold settings of test runners. One that is renamed is what it was by its old name; where the new
 * name is that of no such file, or of another kind, it is deleted as what it was.
 */
export function chooseSettings<Version>(
  files: readonly (Pick<ChangedFile, 'status' | 'path' | 'from'> & { before: Version; after: Version })[],
): ChosenSettings<Version>[] {
  return files.flatMap(({ status, path, from = path, before, after }) => {
    const [was, is] = [status === 'added' ? undefined : configurationOf(from), configurationOf(path)];
    if (was !== undefined && was === is) return [{ path, before, ...(status === 'deleted' ? {} : { after }) }];
    const isThere = status !== 'deleted' && (is !== undefined || isModule(path));
    const isNew = status === 'added' || status === 'renamed';
    return [
      ...(was === undefined ? [] : [{ path: from, before }]),
      ...(isThere ? [{ path, ...(isNew ? {} : { before }), after }] : []),
    ];
  });
}

export const isConfiguration = (path: string): boolean => configurationOf(path) !== undefined || isModule(path);

/** Of a module of Go only its place counts: one that is renamed is a new one there. */
const isModule = (path: string): boolean => /(^|\/)go\.mod$/.test(path);
