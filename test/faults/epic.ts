/** An epic of the fault suite, and what must have come of it. */
import type { Deed as AnyDeed, PlayedEpic } from '../support/play-epic.ts';
import type { Lane } from './lane.ts';

export type Deed = AnyDeed<Lane>;

export interface SuiteEpic extends PlayedEpic<Lane> {
  /** A command of it may be called interrupted: its workflow was closed from outside while the command ran. */
  readonly mayInterrupt?: true;
  /** The states in which it and its tasks must end. */
  readonly ends: 'COMPLETED' | 'CANCELLED' | 'FAILED';
  readonly tasks: Readonly<Record<string, 'COMPLETED' | 'CANCELLED'>>;
  /** Every line that its files under notes/ must hold, each once. */
  readonly lines: readonly string[];
}
