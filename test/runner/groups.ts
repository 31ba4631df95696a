/**
 * The test groups: `unit` needs nothing around it, and most others are named for the room that they test. They run in
 * this order, cheapest first, so that a simple mistake shows early; but for one that waits most of its time and
 * therefore runs beside all others.
 */
import { existsSync, globSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

export interface Group {
  readonly name: string;
  /** Begins with the first group and runs beside the others; what it says is printed at the end. */
  readonly isBeside?: true;
  /** Runs only when it is named. */
  readonly isOnDemand?: true;
  /** Files that run side by side on two cores: more where they wait for processes, clocks and kills. */
  readonly concurrency: number;
  /** For one test. */
  readonly timeoutMs: number;
  readonly needs: readonly ('postgres' | 'temporal' | 'bundle' | 'pages')[];
}

export const GROUPS: readonly Group[] = [
  { name: 'unit', concurrency: 2, timeoutMs: 20_000, needs: [] },
  { name: 'clients', concurrency: 3, timeoutMs: 60_000, needs: [] },
  { name: 'local', concurrency: 2, timeoutMs: 60_000, needs: ['temporal'] },
  { name: 'db', concurrency: 2, timeoutMs: 60_000, needs: ['postgres'] },
  { name: 'worker', concurrency: 2, timeoutMs: 60_000, needs: ['postgres'] },
  { name: 'activities', concurrency: 3, timeoutMs: 60_000, needs: ['postgres', 'temporal'] },
  { name: 'workflows', concurrency: 2, timeoutMs: 60_000, needs: ['postgres', 'temporal', 'bundle'] },
  { name: 'replay', concurrency: 1, timeoutMs: 60_000, needs: ['bundle'] },
  { name: 'api', concurrency: 2, timeoutMs: 60_000, needs: ['postgres', 'temporal'] },
  { name: 'cli', concurrency: 2, timeoutMs: 60_000, needs: ['postgres', 'temporal'] },
  { name: 'web', concurrency: 3, timeoutMs: 300_000, needs: ['postgres', 'temporal', 'bundle', 'pages'] },
  { name: 'e2e', concurrency: 3, timeoutMs: 300_000, needs: ['postgres', 'temporal', 'bundle'] },
  {
    name: 'faults',
    isBeside: true,
    // The sample takes 150 s alone and more than twice that beside the others on a slow machine; this is for what hangs.
    ...{ concurrency: 1, timeoutMs: 900_000, needs: ['postgres', 'temporal', 'bundle'] },
  },
  {
    name: 'pages',
    isOnDemand: true,
    ...{ concurrency: 3, timeoutMs: 300_000, needs: ['postgres', 'temporal', 'bundle', 'pages'] },
  },
  {
    name: 'repositories',
    isOnDemand: true,
    ...{ concurrency: 1, timeoutMs: 900_000, needs: ['temporal', 'bundle'] },
  },
];

export interface Selection {
  readonly group: Group;
  readonly files: readonly string[];
}

/**
 * The groups to run with their files: all, or those that the arguments (groups, files) name. Long files begin first:
 * one that is left over at the end of a group has the cores to itself.
 */
export function select(root: string, names: readonly string[]): Selection[] {
  const wanted =
    names.length === 0
      ? GROUPS.filter(({ isOnDemand }) => isOnDemand !== true).map(folderOf)
      : names.map((name) => toPath(root, name));
  for (const path of wanted) {
    const known = GROUPS.some((group) => isInside(path, folderOf(group)));
    if (!known || (names.length > 0 && !existsSync(join(root, path)))) {
      throw new Error(`There is no test file or group "${path}"; groups: ${GROUPS.map(({ name }) => name).join(' ')}`);
    }
  }
  return GROUPS.map((group) => ({
    group,
    files: globSync(`${folderOf(group)}/**/*.test.ts`, { cwd: root })
      .filter((file) => wanted.some((path) => isInside(file, path)))
      .map((file) => join(root, file))
      .sort((a, b) => statSync(b).size - statSync(a).size),
  })).filter(({ files }) => files.length > 0);
}

const folderOf = ({ name }: Group): string => join('test', name);

function toPath(root: string, name: string): string {
  const group = GROUPS.find((one) => one.name === name);
  return group === undefined ? relative(root, resolve(name)) : folderOf(group);
}

const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep);
