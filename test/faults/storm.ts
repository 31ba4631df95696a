/** A storm: three epics of six tasks at once on one repository, the worker process killed again and again meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { approveAll } from '../support/play-epic.ts';
import type { SuiteEpic } from './epic.ts';
import { type Lane, openLane } from './lane.ts';
import { createRandom } from './random.ts';
import { type Outcome, runEpics } from './run-epics.ts';
import { task } from './scenarios.ts';
import { suiteScenario, TITLES } from './scripts.ts';

export interface StormOptions {
  readonly bundle: string;
  readonly seed: number;
  readonly signal: AbortSignal;
}

const STORM_MS = 180_000;
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
/** The model takes its time, so that the epics last for as long as the storm. */
const MODEL_DELAY_MS = 1_500;

const epicOf = (id: string): SuiteEpic => ({
  id,
  body: {
    title: TITLES.storm,
    tasks: KEYS.map((key, index) => task(key, ...(index >= 2 ? [KEYS[index - 2] as string] : []))),
    requireApproval: ['merge'],
  },
  answer: approveAll,
  ends: 'COMPLETED',
  tasks: Object.fromEntries(KEYS.map((key) => [key, 'COMPLETED' as const])),
  lines: KEYS.flatMap((key) => [key, `${key} again`]),
});

/** True when nothing contradicted the invariants. */
export async function runStorm({ bundle, seed, signal }: StormOptions): Promise<boolean> {
  const variables = { HOST_CAPACITY: '20' };
  const lane = await openLane({ bundle, scenario: suiteScenario, modelDelayMs: MODEL_DELAY_MS, variables });
  try {
    const figures = await storm(lane, seed, signal);
    tell(figures);
    return figures.violations.length === 0;
  } finally {
    await lane.end();
  }
}

interface Figures extends Outcome {
  readonly epics: number;
  readonly kills: number;
  readonly seconds: number;
  /** From each kill to the next time that an activity began. */
  readonly recoveries: readonly number[];
  readonly turns: number;
  readonly calls: number;
}

async function storm(lane: Lane, seed: number, signal: AbortSignal): Promise<Figures> {
  const random = createRandom(seed);
  const began = performance.now();
  const recoveries: number[] = [];
  const epics = ['x', 'y', 'z'].map((letter) => epicOf(`storm-${letter}`));
  let kills = 0;

  /** Ends with the time, or with the work: then nothing is left to kill. */
  const harm = async (isOver: () => boolean) => {
    while (performance.now() - began < STORM_MS && !isOver() && !signal.aborted) {
      await sleep(5_000 + random() * 10_000, undefined, { signal }).catch(() => undefined);
      if (isOver()) break;
      kills += 1;
      const number = kills;
      const killed = performance.now();
      lane.worker.kill();
      void newWork(lane, begun(lane), isOver).then(() => {
        const seconds = (performance.now() - killed) / 1_000;
        recoveries.push(seconds);
        const at = ((killed - began) / 1_000).toFixed(0);
        console.log(`kill ${number} after ${at} s, work goes on after ${seconds.toFixed(1)} s`);
      });
    }
    return kills;
  };
  const outcome = await runEpics(lane, { epics, harm });
  const seconds = (performance.now() - began) / 1_000;
  const { count } = await lane.db
    .selectFrom('agent_turns')
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { ...outcome, epics: epics.length, kills, seconds, recoveries, turns: count, calls: lane.model.calls.length };
}

/** Also when the next kill comes before it: then both wait for the same. */
async function newWork(lane: Lane, before: number, isOver: () => boolean): Promise<void> {
  while (begun(lane) === before && !isOver()) await sleep(50);
}

/** How many activities have begun. */
const begun = (lane: Lane): number => [...lane.plans.runs().values()].reduce((sum, times) => sum + times, 0);

function tell({ epics, kills, seconds, recoveries, turns, calls, violations }: Figures): void {
  const sorted = recoveries.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  console.log(
    [
      `${epics} epics of ${KEYS.length} tasks finished after ${seconds.toFixed(0)} s and ${kills} kills`,
      `${turns} turns were stored, ${calls - turns} answers were broken off by a kill and asked for again`,
      `from a kill to the first new work: median ${median.toFixed(1)} s, at most ${(sorted.at(-1) ?? 0).toFixed(1)} s`,
      ...violations.map((violation) => `✖ ${violation}`),
      violations.length === 0 ? 'No invariant was contradicted.' : `${violations.length} violations`,
    ].join('\n'),
  );
}
