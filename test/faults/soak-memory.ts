/** The memory of a soak's processes over its time. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** In MB. */
export interface Memory {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly max: number;
  readonly samples: number;
}

/** Only of what is ours: the worker process, at the age in which it is killed, and the API. */
const JUDGED: ReadonlySet<string> = new Set(['worker', 'api']);
/** The first quarter of the samples against the last; fewer tell nothing. */
const FEWEST = 12;
const GROWTH = 1.3;
const SLACK_MB = 80;

export function createMemory() {
  const samples = new Map<string, number[]>();

  return {
    sample(processes: ReadonlyMap<string, number>): void {
      for (const [name, pid] of processes) {
        const megabytes = residentMb(pid);
        if (megabytes !== undefined) samples.set(name, [...(samples.get(name) ?? []), megabytes]);
      }
    },
    told: (): Memory[] =>
      [...samples].map(([name, all]) => ({
        ...{ name, first: all[0] ?? 0, last: all.at(-1) ?? 0 },
        ...{ max: Math.max(...all), samples: all.length },
      })),
    /** Those whose memory grows with time. */
    growing: (): string[] =>
      [...samples].flatMap(([name, all]) => {
        if (!JUDGED.has(name) || all.length < FEWEST) return [];
        const quarter = Math.floor(all.length / 4);
        const [before, now] = [median(all.slice(0, quarter)), median(all.slice(-quarter))];
        return now > before * GROWTH + SLACK_MB ? [`the memory of ${name} grew from ${before} to ${now} MB`] : [];
      }),
  };
}

function residentMb(pid: number): number | undefined {
  try {
    const kilobytes =
      process.platform === 'linux'
        ? /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1_024);
  } catch {
    // It has just ended.
    return undefined;
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
