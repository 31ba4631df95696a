/** A piece of the suite: one run on a lane that covers one or several cases. */
import type { Lane } from './lane.ts';
import type { Outcome } from './run-epics.ts';

export interface Job {
  readonly name: string;
  /** The cases that it covers, as they are named to people. */
  readonly cases: readonly string[];
  /** `run` makes the ids of its epics unique on the lane. */
  readonly run: (lane: Lane, run: string) => Promise<Outcome>;
}

export interface Result {
  readonly job: Job;
  readonly outcome: Outcome;
  readonly seconds: number;
}
