/** One run of a lane's epics with its faults, and what contradicts the invariants afterwards. */
import { type EpicNow, playEpic, whileMoving } from '../support/play-epic.ts';
import type { SuiteEpic } from './epic.ts';
import { findViolations } from './invariants.ts';
import type { Kill } from './kill-plan.ts';
import type { Lane } from './lane.ts';
import { createRun, type Run } from './run-facts.ts';

export interface Outcome {
  readonly violations: string[];
  /** Why it could not be run on this machine. */
  readonly skipped?: string;
  /** Cases whose kill happened, by the death of the process that they died in. */
  readonly deaths: readonly string[][];
  readonly runs: ReadonlyMap<string, number>;
}

export interface RunOptions {
  readonly epics: readonly SuiteEpic[];
  readonly kills?: readonly Kill[];
  readonly gatherMs?: number;
  /** Does harm of another kind while the epics run; answers with how often a model call may have been broken off. */
  readonly harm?: (isOver: () => boolean) => Promise<number>;
}

/** How a kill that did not happen is told. */
export const NOT_REACHED = 'was not reached';

/** Longer than whatever a kill makes others wait for, on a slow machine too. */
const STILL_MS = 120_000;
/** For what moves without end; a kill costs up to ten seconds when it meets a record. */
const BASE_MS = 600_000;
const PER_KILL_MS = 60_000;

export async function runEpics(lane: Lane, options: RunOptions): Promise<Outcome> {
  const { run, missed, ...played } = await playEpics(lane, options);
  return { violations: [...missed, ...(await findViolations(run))], ...played };
}

interface Played extends Pick<Outcome, 'deaths' | 'runs'> {
  /** What the invariants are asked of. */
  readonly run: Run;
  /** Kills that did not happen. */
  readonly missed: readonly string[];
}

/** Plays the epics to their ends; asks no invariant. */
export async function playEpics(lane: Lane, options: RunOptions): Promise<Played> {
  const { epics, kills = [], gatherMs = 0, harm } = options;
  lane.plans.lay(kills, gatherMs);
  const last = new Map<string, EpicNow>();
  let open = epics.length;
  const isOver = whileMoving({ stillMs: STILL_MS, atMostMs: BASE_MS + kills.length * PER_KILL_MS });
  const play = async (epic: SuiteEpic) => {
    const now = await playEpic(lane, epic, isOver);
    if (now !== undefined) last.set(epic.id, now);
    open -= 1;
  };
  const [harmed] = await Promise.all([harm?.(() => open === 0) ?? 0, ...epics.map(play)]);
  const deaths = lane.plans.deaths();
  const runs = lane.plans.runs();
  // Nothing is killed any more: what is asked from here on may need the worker process.
  lane.plans.lay([]);
  const reached = new Set(deaths.flat());
  const missed = kills.filter(({ name }) => !reached.has(name)).map(({ name }) => `${name} ${NOT_REACHED}`);
  const interruptions = deaths.length + harmed;
  return { run: createRun({ lane, epics, last, interruptions }), missed, deaths, runs };
}
