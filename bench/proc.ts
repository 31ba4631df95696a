/** What /proc tells of processes: whose child each is, its CPU time, its memory. */
import { existsSync, readdirSync } from 'node:fs';
import { textOf } from '../process-effort.ts';

export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly ownSeconds: number;
  /** Of its children that have ended and that it waited for, and of theirs. */
  readonly childSeconds: number;
}

export interface Memory {
  readonly residentMb: number;
  /** A page that n processes share counts as 1/n of a page for each: the sum over processes is what they take together. */
  readonly proportionalMb: number;
}

/** What /proc counts in on every architecture, whatever the kernel's own clock is. */
const TICKS_A_SECOND = 100;

/** This system has no /proc. */
export class NeedsLinux extends Error {}

export function requireProc(): void {
  if (existsSync('/proc/self/smaps_rollup')) return;
  throw new NeedsLinux('it reads CPU time and memory from /proc, which only Linux has (4.14 or newer)');
}

/** The text of /proc/<pid>/stat; the name in brackets may hold blanks and brackets. */
export function parseStat(text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [own = 0, ownInKernel = 0, children = 0, childrenInKernel = 0] = fields.slice(11, 15).map(Number);
  return {
    pid: Number.parseInt(text, 10),
    parent: Number(fields[1]),
    ownSeconds: (own + ownInKernel) / TICKS_A_SECOND,
    childSeconds: (children + childrenInKernel) / TICKS_A_SECOND,
  };
}

/** The text of /proc/<pid>/smaps_rollup. */
export function parseRollup(text: string): Memory {
  const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) / 1_024;
  return { residentMb: megabytes('Rss'), proportionalMb: megabytes('Pss') };
}

/** All processes of this machine, by id. */
export function readStats(): Map<number, ProcessStat> {
  const stats = new Map<number, ProcessStat>();
  for (const name of readdirSync('/proc')) {
    const text = /^\d+$/.test(name) ? textOf(`/proc/${name}/stat`) : undefined;
    if (text !== undefined) stats.set(Number(name), parseStat(text));
  }
  return stats;
}

/** Nothing for a process that has just ended, or is another user's. */
export function readMemory(pid: number): Memory | undefined {
  const text = textOf(`/proc/${pid}/smaps_rollup`);
  return text === undefined ? undefined : parseRollup(text);
}
