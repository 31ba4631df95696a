/** The test groups in the order in which they run, cheapest first, so that a simple mistake shows early. */
import { existsSync, globSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

export interface Group {
  readonly name: string;
  /** Files that run side by side on two cores; those that start whole stacks go alone. */
  readonly concurrency: number;
  /** For one test. */
  readonly timeoutMs: number;
  readonly needs: readonly ('postgres' | 'temporal' | 'bundle')[];
  /** Minutes long: runs only when it is named. */
  readonly onlyNamed?: true;
}

export const GROUPS: readonly Group[] = [
  { name: 'unit', concurrency: 2, timeoutMs: 20_000, needs: [] },
  { name: 'activities', concurrency: 2, timeoutMs: 60_000, needs: ['postgres', 'temporal'] },
  { name: 'workflows', concurrency: 2, timeoutMs: 60_000, needs: ['postgres', 'temporal', 'bundle'] },
  { name: 'replay', concurrency: 1, timeoutMs: 60_000, needs: ['bundle'] },
  { name: 'api', concurrency: 2, timeoutMs: 60_000, needs: ['postgres', 'temporal'] },
  { name: 'cli', concurrency: 2, timeoutMs: 60_000, needs: ['postgres', 'temporal'] },
  { name: 'e2e', concurrency: 1, timeoutMs: 120_000, needs: ['postgres', 'temporal'] },
  { name: 'faults', concurrency: 1, timeoutMs: 300_000, needs: ['postgres', 'temporal', 'bundle'], onlyNamed: true },
];

export interface Selection {
  readonly group: Group;
  readonly files: readonly string[];
}

/** The groups to run with their files: all but those that must be named, or those that the arguments (group names, files, folders) name. */
export function select(root: string, names: readonly string[]): Selection[] {
  const wanted =
    names.length === 0
      ? GROUPS.filter(({ onlyNamed }) => !onlyNamed).map(({ name }) => join('test', name))
      : names.map((name) => toPath(root, name));
  for (const path of wanted) {
    const known = GROUPS.some(({ name }) => isInside(path, join('test', name)));
    if (!known || (names.length > 0 && !existsSync(join(root, path)))) {
      throw new Error(`There is no test file or group "${path}"; groups: ${GROUPS.map(({ name }) => name).join(' ')}`);
    }
  }
  return GROUPS.map((group) => ({
    group,
    files: globSync(`test/${group.name}/**/*.test.ts`, { cwd: root })
      .filter((file) => wanted.some((path) => isInside(file, path)))
      .sort()
      .map((file) => join(root, file)),
  })).filter(({ files }) => files.length > 0);
}

const toPath = (root: string, name: string): string =>
  GROUPS.some((group) => group.name === name) ? join('test', name) : relative(root, resolve(name));

const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep);
