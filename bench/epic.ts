/**
 * An epic of three tasks through the whole factory, what it asks of the machine and of Temporal, and the same git and tmux
 * work by a shell script. Another build takes part in each round, since a machine is not equally fast all the time.
 */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Builds, type Comparison, withBuilds } from './against.ts';
import { AFTERMATH_MS, type BenchStack, epicOf } from './drive.ts';
import { countExecution, type EventCounts } from './event-counts.ts';
import { createSource } from './factory.ts';
import { beside, type Figure, median, ratio } from './figure.ts';
import { measureIdleStack } from './idle-stack.ts';
import { VERIFY, withStack } from './stack.ts';
import { cpuBetween, sumOf, type User } from './use.ts';
import { ALL_CPU, cpuFigures } from './use-figures.ts';

const run = promisify(execFile);

export const measureEpic = (comparison: Comparison, { rounds }: { readonly rounds: number }): Promise<Figure[]> =>
  withBuilds(comparison, async (builds) => {
    const { now, before } = builds;
    // Each while it is the only one: of two stacks, each would have half of the pages that they share.
    const idle = beside(
      await withStack(now, measureIdleStack),
      before === undefined ? [] : await withStack(before, measureIdleStack),
    );
    const played = await playRounds(builds, rounds, comparison.signal);
    const script = median(played.script);
    const figures = beside(figuresOf(played.now, script), figuresOf(played.before, script));
    return [
      { name: 'the git and tmux work of an epic of 3 tasks by a shell script', value: script, unit: 's' },
      ...figures,
      ...ratio(figures, ALL_CPU, 0.5),
      ...idle,
    ];
  });

interface Round {
  readonly seconds: number;
  readonly cpu: Readonly<Record<User, number>>;
  readonly counts: EventCounts;
  readonly workerMb: number;
}

interface Played {
  readonly now: Round[];
  readonly before: Round[];
  /** Seconds of the shell script. */
  readonly script: number[];
}

async function playRounds({ folder, now, before }: Builds, rounds: number, signal: AbortSignal): Promise<Played> {
  const played: Played = { now: [], before: [], script: [] };
  const scripts = join(folder, 'scripts');
  await mkdir(scripts);
  const source = await createSource(scripts, VERIFY);
  let script: Promise<number> | undefined;
  const play = async (nowStack: BenchStack, beforeStack?: BenchStack) => {
    // The first epic pays for the repository's mirror, connections and caches, which a running factory has.
    for (let number = 0; number <= rounds; number++) {
      const formerly = beforeStack === undefined ? undefined : await playEpic(beforeStack, number);
      const nowadays = await playEpic(nowStack, number);
      signal.throwIfAborted();
      script = timeScript(join(scripts, `${number}`), source);
      const seconds = await script;
      if (number === 0) continue;
      if (formerly !== undefined) played.before.push(formerly);
      played.now.push(nowadays);
      played.script.push(seconds);
    }
  };
  try {
    await withStack(now, (stack) =>
      before === undefined ? play(stack) : withStack(before, (other) => play(stack, other)),
    );
  } finally {
    // Interrupted, it ends its tmux itself while its folder is there.
    await script?.catch(() => {});
  }
  return played;
}

async function playEpic(stack: BenchStack, number: number): Promise<Round> {
  const began = stack.use();
  const epic = await stack.execute(`bench-${number}`, epicOf(`Bench round ${number}`, 'one', 'two', 'three'));
  await pause(AFTERMATH_MS);
  const ended = stack.use();
  return {
    seconds: epic.seconds,
    cpu: cpuBetween(began, ended),
    counts: await countExecution(stack.client, epic.workflowId),
    workerMb: ended.worker.residentMb,
  };
}

async function timeScript(folder: string, source: string): Promise<number> {
  await mkdir(folder);
  const began = performance.now();
  await run('sh', [join(import.meta.dirname, 'baseline.sh'), folder, source, VERIFY]);
  return (performance.now() - began) / 1_000;
}

function figuresOf(rounds: readonly Round[], script: number): Figure[] {
  if (rounds.length === 0) return [];
  const of = (value: (round: Round) => number) => median(rounds.map(value));
  const seconds = of((round) => round.seconds);
  const counted = (what: keyof EventCounts) => of(({ counts }) => counts[what]);
  return [
    { name: 'epic of 3 tasks through the factory', value: seconds, unit: 's' },
    { name: 'factory against script', value: seconds / script, unit: '×', goal: 3.2 },
    { name: 'activities of an epic', value: counted('activities'), unit: '', goal: 110 },
    { name: 'events of an epic', value: counted('events'), unit: '', goal: 800 },
    { name: 'workflow tasks of an epic', value: counted('workflowTasks'), unit: '', goal: 130 },
    ...cpuFigures(
      (user) => of(({ cpu }) => cpu[user]),
      of(({ cpu }) => sumOf(cpu)),
    ),
    {
      name: `worker process after ${rounds.length + 1} epics, resident`,
      value: rounds.at(-1)?.workerMb ?? 0,
      unit: 'MB',
    },
  ];
}
