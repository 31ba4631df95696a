/** Keeps the results of `--all` in a file: `--resume` goes on with a run that was interrupted, on the same code only. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { absolute } from '../../config/files.ts';
import { exec } from '../../exec.ts';
import type { Job, Result } from './job.ts';

const FILE = absolute('.factory/faults-all.jsonl');

/** The code and the seed: results of others say nothing here. */
interface Run {
  readonly commit: string;
  readonly seed: number;
}

interface Line {
  readonly name: string;
  readonly cases: readonly string[];
  readonly seconds: number;
  readonly outcome: Omit<Result['outcome'], 'runs'> & { readonly runs: [string, number][] };
}

export interface KeptResults {
  readonly seed: number;
  /** Returns the known results, and the jobs that are left. */
  split(jobs: readonly Job[]): { known: Result[]; left: Job[] };
  keep(result: Result): void;
}

/** Begins a file, or goes on with the one that is there. Throws when it belongs to other code. */
export async function openKeptResults({ seed, resumes }: { seed: number; resumes: boolean }): Promise<KeptResults> {
  const commit = await commitOfCode();
  const [first, ...rest] = resumes ? readLines() : [];
  if (resumes && first === undefined) throw new Error('No run of --all was interrupted here: leave --resume out');
  const before = first as Run | undefined;
  if (before !== undefined && before.commit !== commit) {
    throw new Error(`The interrupted run was of ${before.commit}, and the code is ${commit}: leave --resume out`);
  }
  const run = before ?? { commit, seed };
  if (before === undefined) {
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, `${JSON.stringify(run)}\n`);
  }
  const lines = new Map((rest as Line[]).map((line) => [keyOf(line), line]));
  return {
    seed: run.seed,
    split: (jobs) => {
      const known = jobs.flatMap((job) => {
        const line = lines.get(keyOf(job));
        if (line === undefined) return [];
        const { outcome, seconds } = line;
        return [{ job, seconds, outcome: { ...outcome, runs: new Map(outcome.runs) } }];
      });
      return { known, left: jobs.filter((job) => !lines.has(keyOf(job))) };
    },
    keep: ({ job: { name, cases }, outcome, seconds }) => {
      const line: Line = { name, cases, seconds, outcome: { ...outcome, runs: [...outcome.runs] } };
      appendFileSync(FILE, `${JSON.stringify(line)}\n`);
    },
  };
}

const keyOf = ({ name, cases }: Pick<Job, 'name' | 'cases'>): string => JSON.stringify([name, cases]);

function readLines(): (Run | Line)[] {
  if (!existsSync(FILE)) return [];
  // A run that was killed may have left half a line.
  const lines = readFileSync(FILE, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Run | Line);
}

/** Uncommitted changes make it another. */
async function commitOfCode(): Promise<string> {
  const { stdout } = await exec({
    file: 'git',
    args: ['describe', '--always', '--dirty', '--abbrev=40'],
    cwd: absolute('.'),
  });
  return stdout.trim();
}
