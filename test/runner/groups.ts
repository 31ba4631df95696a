/** The test groups: `unit` needs nothing around it, and most others are named for the room that they test. */
import { existsSync, globSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

export interface Group {
  readonly name: string;
  /** Runs only when it is named. */
  readonly isOnDemand?: true;
  /** So many of its files fill two cores: more where they wait for processes, clocks and kills. */
  readonly concurrency: number;
  /** For one test. */
  readonly timeoutMs: number;
  readonly needs: readonly ('postgres' | 'temporal' | 'bundle' | 'pages')[];
}

/** Those that show a simple mistake in a moment come first, then those with the longest files. */
export const GROUPS: readonly Group[] = [
  { name: 'unit', concurrency: 2, timeoutMs: 20_000, needs: [] },
  { name: 'clients', concurrency: 3, timeoutMs: 60_000, needs: [] },
  { name: 'local', concurrency: 2, timeoutMs: 60_000, needs: ['temporal'] },
  { name: 'db', concurrency: 2, timeoutMs: 60_000, needs: ['postgres'] },
  { name: 'worker', concurrency: 2, timeoutMs: 60_000, needs: ['postgres'] },
  // The sample takes 150 s alone and more than twice that beside the others on a slow machine; this is for what hangs.
  { name: 'faults', concurrency: 4, timeoutMs: 900_000, needs: ['postgres', 'temporal', 'bundle'] },
  { name: 'e2e', concurrency: 3, timeoutMs: 300_000, needs: ['postgres', 'temporal', 'bundle'] },
  { name: 'web', concurrency: 3, timeoutMs: 300_000, needs: ['postgres', 'temporal', 'bundle', 'pages'] },
  { name: 'workflows', concurrency: 2, timeoutMs: 60_000, needs: ['postgres', 'temporal', 'bundle'] },
  { name: 'activities', concurrency: 3, timeoutMs: 60_000, needs: ['postgres', 'temporal'] },
  { name: 'api', concurrency: 2, timeoutMs: 60_000, needs: ['postgres', 'temporal'] },
  { name: 'cli', concurrency: 2, timeoutMs: 60_000, needs: ['postgres', 'temporal'] },
  { name: 'replay', concurrency: 2, timeoutMs: 60_000, needs: ['bundle'] },
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

/** Files that take longest begin before all others: one that is left over at the end has the cores to itself. */
const LONGEST = [
  'faults/sample',
  'web/demo',
  'faults/fencing',
  'e2e/stack',
  'e2e/replay',
  'e2e/github',
  'e2e/shared-stack',
  'e2e/restart',
  'web/hostile',
  'web/requests',
  'workflows/waiting',
  'activities/github-talk',
];

export interface TestFile {
  /** Absolute. */
  readonly path: string;
  readonly group: Group;
}

/** The files to run, in order: all, or those that the arguments (groups, files) name. Those of a group by size. */
export function select(root: string, names: readonly string[]): TestFile[] {
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
  const files = GROUPS.flatMap((group) =>
    globSync(`${folderOf(group)}/**/*.test.ts`, { cwd: root })
      .filter((file) => wanted.some((path) => isInside(file, path)))
      .map((file) => ({ path: join(root, file), group }))
      .sort((a, b) => statSync(b.path).size - statSync(a.path).size),
  );
  const longest = LONGEST.map((name) => join(root, 'test', `${name}.test.ts`));
  const missing = longest.find((path) => !existsSync(path));
  if (missing !== undefined) throw new Error(`${relative(root, missing)} is not there any more: see LONGEST`);
  const first = longest.flatMap((path) => files.filter((file) => file.path === path));
  return [...first, ...files.filter((file) => !first.includes(file))];
}

const folderOf = ({ name }: Group): string => join('test', name);

function toPath(root: string, name: string): string {
  const group = GROUPS.find((one) => one.name === name);
  return group === undefined ? relative(root, resolve(name)) : folderOf(group);
}

const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep);
