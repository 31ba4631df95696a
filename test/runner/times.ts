/** Where the time of a run went: wall time and CPU of each file, and how busy the machine was. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** Names the folder that files write their CPU time to, by cpu-time.ts. */
const FOLDER = 'FACTORY_TEST_TIMES';

/** From now on each test file's process leaves its CPU time in the folder. */
export function keepCpuTimes(folder: string): void {
  mkdirSync(folder);
  process.env[FOLDER] = folder;
  const { NODE_OPTIONS = '' } = process.env;
  process.env.NODE_OPTIONS = `${NODE_OPTIONS} --import ${import.meta.resolve('./cpu-time.ts')}`.trim();
}

/** Seconds by path of the file; empty where nobody was asked to keep them. */
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

export interface FileTime {
  readonly file: string;
  readonly seconds: number;
  /** Of its process and of those that it waited for; undefined where the system does not tell (macOS). */
  readonly cpuSeconds: number | undefined;
}

/** A line for each file, the dearest first. */
export function describeTimes(times: readonly FileTime[]): string {
  const cost = ({ cpuSeconds, seconds }: FileTime) => cpuSeconds ?? seconds;
  const sorted = [...times].sort((a, b) => cost(b) - cost(a));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const all: FileTime = {
    file: `${times.length} files`,
    seconds: sum(times.map(({ seconds }) => seconds)),
    cpuSeconds: times.some(({ cpuSeconds }) => cpuSeconds === undefined) ? undefined : sum(times.map(cost)),
  };
  const column = (seconds: number | undefined) => (seconds?.toFixed(1) ?? '-').padStart(8);
  const line = ({ file, seconds, cpuSeconds }: FileTime) => `${column(seconds)}${column(cpuSeconds)}  ${file}`;
  return ['  wall s   CPU s  file', ...sorted.map(line), line(all)].join('\n');
}
