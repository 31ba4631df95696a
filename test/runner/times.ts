/** Where the time of a run went: wall time and CPU of its files and groups, and how busy the machine was. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** Names the folder that files write their CPU time to, by cpu-time.ts. */
const FOLDER = 'FACTORY_TEST_TIMES';

/** What node is started with for a test file, so that keepCpuTimes has its effect. */
export const KEEPS_CPU_TIME: readonly string[] = ['--import', import.meta.resolve('./cpu-time.ts')];

/** From now on each test file's process leaves its CPU time in the folder, which is made. */
export function keepCpuTimes(folder: string): void {
  mkdirSync(folder);
  process.env[FOLDER] = folder;
}

/** Seconds by path of the file. */
export function readCpuTimes(): Map<string, number> {
  const folder = process.env[FOLDER];
  if (folder === undefined) return new Map();
  const lines = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  return new Map(lines.map(([file = '', seconds]) => [file, Number(seconds)]));
}

/** What all cores did since the machine started, in ms. */
export function readCores(): { readonly busyMs: number; readonly allMs: number } {
  const times = cpus().map(({ times: { idle, ...busy } }) => {
    const busyMs = Object.values(busy).reduce((sum, ms) => sum + ms, 0);
    return { busyMs, allMs: busyMs + idle };
  });
  const sum = (of: 'busyMs' | 'allMs') => times.reduce((total, one) => total + one[of], 0);
  return { busyMs: sum('busyMs'), allMs: sum('allMs') };
}

interface Row {
  readonly name: string;
  readonly seconds: number;
  /** Of its processes and of those that they waited for; undefined where the system does not tell (macOS). */
  readonly cpuSeconds: number | undefined;
}

/** Of a file, by its name. */
export interface FileTime extends Row {
  readonly group: string;
}

/** A line for each file, the dearest first. */
export function describeFiles(times: readonly FileTime[]): string {
  return describe('file', times, times);
}

/** A line for each group, the dearest first. */
export function describeGroups(times: readonly FileTime[]): string {
  const groups = Map.groupBy(times, ({ group }) => group);
  return describe(
    'group',
    [...groups].map(([name, files]) => total(name, files)),
    times,
  );
}

const total = (name: string, times: readonly FileTime[]): Row => ({
  name: `${name}, ${times.length} ${times.length === 1 ? 'file' : 'files'}`,
  seconds: sum(times.map(({ seconds }) => seconds)),
  cpuSeconds: times.some(({ cpuSeconds }) => cpuSeconds === undefined)
    ? undefined
    : sum(times.map(({ cpuSeconds = 0 }) => cpuSeconds)),
});

const sum = (values: readonly number[]): number => values.reduce((before, value) => before + value, 0);

function describe(what: string, rows: readonly Row[], times: readonly FileTime[]): string {
  const cost = ({ cpuSeconds, seconds }: Row) => cpuSeconds ?? seconds;
  const column = (seconds: number | undefined) => (seconds?.toFixed(1) ?? '-').padStart(8);
  const line = (row: Row) => `${column(row.seconds)}${column(row.cpuSeconds)}  ${row.name}`;
  const sorted = [...rows].sort((a, b) => cost(b) - cost(a));
  return [`  wall s   CPU s  ${what}`, ...[...sorted, total('all', times)].map(line)].join('\n');
}
