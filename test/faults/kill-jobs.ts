/** The jobs that kill the worker process around activities, and the runs without faults that they are planned by. */
import { type Case, killOf, type Runs } from './cases.ts';
import type { Job, Result } from './job.ts';
import type { Lane } from './lane.ts';
import { runEpics } from './run-epics.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';

const NAMES = Object.keys(SCENARIOS) as ScenarioName[];

/** Each scenario without a fault: the invariants must hold then too, and its activities are counted. */
export const baselineJobs: readonly Job[] = NAMES.map((name) => ({
  name: `no fault:${name}`,
  cases: [`no fault:${name}`],
  run: (lane: Lane, run: string) => runEpics(lane, { epics: SCENARIOS[name](run) }),
}));

export const runsOf = (baselines: readonly Result[]): Runs =>
  new Map(
    NAMES.map((name) => [
      name,
      baselines.find(({ job }) => job.name === `no fault:${name}`)?.outcome.runs ?? new Map(),
    ]),
  );

/** All cases of one activity share a run; what goes wrong there is run again case by case, to be named. */
export function killJobs(cases: readonly Case[], runs: Runs): Job[] {
  return [...Map.groupBy(cases, ({ activity }) => activity)].map(([activity, own]) => killJob(activity, own, runs));
}

export function killJob(name: string, cases: readonly Case[], runs: Runs): Job {
  const [first] = cases;
  return {
    name,
    cases: cases.map((one) => one.name),
    run: (lane, run) =>
      runEpics(lane, {
        epics: SCENARIOS[first?.scenario ?? 'several'](run),
        kills: cases.map((one) => killOf(one, runs)),
      }),
  };
}
