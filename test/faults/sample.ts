/** A sample of the cases for every test run: each activity dies once, many in one death, in as few epics as possible. */
import type { SuiteEpic } from './epic.ts';
import type { Kill } from './kill-plan.ts';
import { createRandom, type Random } from './random.ts';
import { pair, SCENARIOS } from './scenarios.ts';

/** Activities that only the trouble scenario runs, and which of its epics: undefined where no epic calls them. */
const IN_TROUBLE: Readonly<Record<string, string | undefined>> = {
  setBudget: 'trouble-sample',
  escalate: 'trouble-sample',
  settleAgent: 'trouble-sample',
  endCommands: 'trouble-sample',
  releaseAdmission: 'dropped-1-sample',
  requestCancel: 'dropped-1-sample',
  requestAdmission: 'dropped-2-sample',
  openEpic: 'dropped-3-sample',
  listOpenEpics: undefined,
  reconcile: undefined,
  hostStatus: undefined,
  readPullRequest: undefined,
  closePullRequest: undefined,
};
const PAIRS = ['pair-1-sample', 'pair-2-sample', 'pair-3-sample'];

export function sampleEpics(): SuiteEpic[] {
  return [...SCENARIOS.trouble('sample'), ...PAIRS.map(pair)];
}

/** One kill for each activity, before or after by the seed, spread over the epics so that many die together. */
export function sampleKills(activities: readonly string[], seed: number): Kill[] {
  const random = createRandom(seed);
  let next = Math.floor(random() * PAIRS.length);
  return activities.map((activity) => {
    const when = random() < 0.5 ? 'before' : 'after';
    const isRare = activity in IN_TROUBLE;
    const epicId = isRare ? IN_TROUBLE[activity] : PAIRS[next++ % PAIRS.length];
    const run = isRare ? 1 : oneOf(random, [1, 1, 2]);
    return {
      name: `${activity}:${when}`,
      activity,
      when,
      run: RUNS_ONCE.has(activity) ? 1 : run,
      ...(epicId && { epicId }),
    };
  });
}

/** In an epic of two tasks. */
const RUNS_ONCE: ReadonlySet<string> = new Set(['ensureEpicBranch', 'deliverResult', 'edit', 'updateBase']);

const oneOf = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
