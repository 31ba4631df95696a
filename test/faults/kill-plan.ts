/**
 * Which run of which activity dies: a plan and its count in files, since the process that counts is the one that dies.
 * The suite lays a plan out; the worker process (executioner.ts) follows it.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Kill {
  /** The case that it belongs to, as it is named to people. */
  readonly name: string;
  readonly activity: string;
  /** Before its effect, so many milliseconds after it began, or after it and before its answer is reported. */
  readonly when: 'before' | 'after' | number;
  /** The n-th execution of the activity since the plan was laid out, from 1. A retry is the same execution. */
  readonly run: number;
  /** Only executions of this epic (`epic`), or of this task and its agents (`epic.task`), count. */
  readonly of?: string;
}

export interface Plan {
  readonly kills: readonly Kill[];
  /**
   * Many deaths in one: an execution that is to die waits until nothing else has happened for so long, so that whatever
   * is to die beside it dies with it. 0: each kill is one of its own.
   */
  readonly gatherMs: number;
}

/** A folder's newest plan; each has a folder of its own, so that late activities of an older one count there. */
export function createPlans(folder: string) {
  const pointer = join(folder, 'current');
  let plans = 0;

  return {
    /** From now on activities are counted again and die by this plan. */
    lay(kills: readonly Kill[], gatherMs = 0): void {
      plans += 1;
      const plan = join(folder, `plan-${plans}`);
      mkdirSync(plan, { recursive: true });
      writeFileSync(join(plan, 'plan'), JSON.stringify({ kills, gatherMs } satisfies Plan));
      writeFileSync(`${pointer}.new`, plan);
      renameSync(`${pointer}.new`, pointer);
    },

    /** How often each activity has run under the newest plan. */
    runs(): Map<string, number> {
      const counts = new Map<string, number>();
      for (const line of linesOf(join(newestPlan(folder), 'executions'))) {
        const [name = ''] = line.split(' ');
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      return counts;
    },

    /** Names of the cases whose kill has happened, in the order of the deaths: each death is a line. */
    deaths: (): string[][] => linesOf(join(newestPlan(folder), 'deaths')).map((line) => line.split(' ')),
  };
}

export const newestPlan = (folder: string): string => readFileSync(join(folder, 'current'), 'utf8');

/** Nothing when the file is not there yet. */
export function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}
