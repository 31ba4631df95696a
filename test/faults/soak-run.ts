/** A soak: epics one after the other on one lane, everything that may happen to them, and what must hold at the end. */
import { type EpicNow, playEpic, within } from '../support/play-epic.ts';
import type { SuiteEpic } from './epic.ts';
import { findViolations } from './invariants.ts';
import { type Lane, openLane } from './lane.ts';
import { createRandom, type Random } from './random.ts';
import { replayHistories } from './replay-histories.ts';
import { createRun } from './run-facts.ts';
import { SCENARIOS, troubleEpics } from './scenarios.ts';
import { suiteScenario } from './scripts.ts';
import { type Harm, startHarm } from './soak-harm.ts';
import type { Memory } from './soak-memory.ts';

export interface SoakOptions {
  readonly bundle: string;
  readonly minutes: number;
  readonly seed: number;
  readonly killSeconds: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface SoakReport {
  readonly seed: number;
  readonly epics: number;
  readonly kills: number;
  readonly restarts: number;
  readonly messages: number;
  readonly histories: number;
  readonly seconds: number;
  readonly memory: readonly Memory[];
  readonly violations: readonly string[];
}

/** Groups of epics at once. */
const SIDE_BY_SIDE = 3;
/** An epic that takes longer is stuck; after the last kill all are given this much. */
const STUCK_MS = 15 * 60_000;

/** Ends by itself, and leaves no process. */
export async function soak({ bundle, minutes, seed, killSeconds, signal, say }: SoakOptions): Promise<SoakReport> {
  const random = createRandom(seed);
  const began = performance.now();
  const isTime = () => performance.now() - began < minutes * 60_000 && !signal.aborted;
  const lane = await openLane({
    bundle,
    scenario: suiteScenario,
    modelDelayMs: 300,
    variables: { HOST_CAPACITY: '24' },
  });
  const epics: SuiteEpic[] = [];
  const last = new Map<string, EpicNow>();
  try {
    const open = new Set<string>();
    const harm = startHarm(lane, { random, killMs: killSeconds * 1_000, open: () => [...open], isTime, say });

    const playGroups = async (): Promise<void> => {
      while (isTime()) {
        const group = nextGroup(random, epics.length);
        epics.push(...group);
        await Promise.all(group.map((epic) => play(epic)));
      }
    };
    const play = async (epic: SuiteEpic): Promise<void> => {
      open.add(epic.id);
      const now = await playEpic(lane, epic, within(STUCK_MS));
      open.delete(epic.id);
      if (now !== undefined) last.set(epic.id, now);
      say(`${epic.id}: ${now?.state ?? 'never seen'}`);
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, playGroups));
    const done = await harm.end();
    const found = await look(lane, { epics, last, done });
    return { seed, epics: epics.length, seconds: (performance.now() - began) / 1_000, ...done, ...found };
  } finally {
    await lane.end();
  }
}

function nextGroup(random: Random, number: number): SuiteEpic[] {
  const run = `soak-${number}`;
  const chance = random();
  if (chance < 0.4) return SCENARIOS.whole(run);
  if (chance < 0.7) return SCENARIOS.several(run);
  return troubleEpics(run, 1);
}

async function look(
  lane: Lane,
  { epics, last, done }: { epics: readonly SuiteEpic[]; last: ReadonlyMap<string, EpicNow>; done: Harm },
): Promise<{ histories: number; violations: string[] }> {
  const interruptions = done.kills + done.restarts;
  const violations = [...done.violations, ...(await findViolations(createRun({ lane, epics, last, interruptions })))];
  const replayed = await replayHistories(lane.temporal, lane.workflowBundle);
  return { histories: replayed.histories, violations: [...violations, ...replayed.problems] };
}
