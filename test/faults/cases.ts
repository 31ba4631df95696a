/** The cases: every registered activity, before and after on its first, a middle and its last run, and once in its midst. */
import type Anthropic from '@anthropic-ai/sdk';
import type { Client } from '@temporalio/client';
import * as activities from '../../activities/index.ts';
import { NO_SANDBOX } from '../../clients/terminal/sandbox.ts';
import type { Config } from '../../config/config.ts';
import type { Database } from '../../db/connection.ts';
import type { Kill } from './kill-plan.ts';
import type { Random } from './random.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';

export const PLACES = ['first', 'middle', 'last'] as const;
export type Place = (typeof PLACES)[number];
export const WHENS = ['before', 'after'] as const;
/** What the columns of the table are. */
export const MOMENTS = [
  ...WHENS.flatMap((when) => PLACES.map((moment) => ({ when, place: moment }))),
  { when: 'during', place: 'middle' },
] as const;

export interface Case {
  /** `takeTurn:after:middle` */
  readonly name: string;
  readonly activity: string;
  readonly when: (typeof MOMENTS)[number]['when'];
  readonly moment: Place;
  readonly scenario: ScenarioName;
}

/** The names that a worker process registers, so that a new activity is covered by existing. */
export function registeredActivities(config: Config): string[] {
  // They are only made, never called.
  const [db, temporal, model] = [{}, {}, {}] as [Database, Client, Anthropic];
  const dependencies = { db, temporal, model, config, host: 'nowhere', sandbox: NO_SANDBOX('nothing runs') };
  const factories = [
    activities.createFactoryActivities,
    activities.createModelActivities,
    activities.createHostsActivities,
    activities.createHostActivities,
  ];
  return factories.flatMap((create) => Object.keys(create(dependencies))).toSorted();
}

const caseName = (activity: string, when: Case['when'], moment: Place) => `${activity}:${when}:${moment}`;

export const casesOf = (activity: string): string[] =>
  MOMENTS.map(({ when, place: moment }) => caseName(activity, when, moment));

/** How often each activity runs in each scenario, when nothing is killed. */
export type Runs = ReadonlyMap<ScenarioName, ReadonlyMap<string, number>>;

/** Every case, in the scenario that its activity runs in often enough; activities that never run are named apart. */
export function allCases(names: readonly string[], runs: Runs): { cases: Case[]; uncovered: string[] } {
  const uncovered: string[] = [];
  const cases = names.flatMap((activity) => {
    const scenario = scenarioOf(activity, runs);
    if (scenario === undefined) uncovered.push(activity);
    if (scenario === undefined) return [];
    return MOMENTS.map(({ when, place: moment }): Case => {
      const name = caseName(activity, when, moment);
      return { name, activity, when, moment, scenario };
    });
  });
  return { cases, uncovered };
}

/**
 * The first, hence richest, scenario where first, middle and last are three runs; else where there are most. How often
 * records go alone depends on how busy the machine is, but where most do, commands take so long that some always do.
 */
function scenarioOf(activity: string, runs: Runs): ScenarioName | undefined {
  const names = Object.keys(SCENARIOS) as ScenarioName[];
  const times = (name: ScenarioName) => runs.get(name)?.get(activity) ?? 0;
  const often = isRecord(activity) ? undefined : names.find((name) => times(name) >= PLACES.length);
  if (often !== undefined) return often;
  const [most] = names.toSorted((a, b) => times(b) - times(a));
  return most !== undefined && times(most) > 0 ? most : undefined;
}

const isRecord = (activity: string): boolean => ['recordEpic', 'recordTask', 'recordAgent'].includes(activity);

/** About as long as a short command takes. */
const LONGEST_MIDST_MS = 150;

/** The run that a case's kill is at. How often records go alone varies, so of their runs the last is an early one. */
export function killOf({ name, activity, when, moment, scenario }: Case, runs: Runs, random: Random): Kill {
  const times = runs.get(scenario)?.get(activity) ?? 1;
  const sure = isRecord(activity) ? Math.ceil(times / 2) : times;
  const run = { first: 1, middle: Math.ceil(sure / 2), last: sure > 20 ? Math.floor(sure * 0.75) : sure }[moment];
  return { name, activity, when: when === 'during' ? Math.round(random() * LONGEST_MIDST_MS) : when, run };
}
