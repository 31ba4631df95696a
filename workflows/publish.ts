/**
 * What an execution tells the world: a record in PostgreSQL, search attributes and the details of the Web UI,
 * all from one pure view.
 *
 * A record rides with an activity of the same activation where there is one (ride.ts); else it is an activity of its own,
 * of which at most one is in flight while the newest state waits. Alone go the first of a run, which is to be its first
 * write; what somebody waits for; and each change of a hold, since an activity may itself have to wait. Records may
 * overtake each other: their version decides.
 */
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  log,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { AppliedMessage } from './contract/messages.ts';
import type { AgentView, DecisionEntry, EpicView, Recorded, RecordName, TaskView } from './contract/records.ts';
import { type Carrier, takeCarrier } from './ride.ts';
import { createUntold } from './untold.ts';

type NewDecision = Omit<DecisionEntry, 'seq' | 'at'>;
type Attributes = Record<string, SearchAttributeUpdatePair>;

export interface Publication<View> {
  readonly name: RecordName;
  /** The state as of now; `version` is added here. */
  readonly view: () => Omit<View, 'version'>;
  readonly details: () => string;
  readonly attributes: () => SearchAttributeUpdatePair[];
  /**
   * Idempotent by (run, version). A normal activity, never a local one: the result of a local activity has its place in
   * history only by the workflow task that it was reported with, and when a query made Temporal end that task early,
   * a replay sees the result before messages that the first execution saw it after.
   */
  readonly write: (record: Recorded<View>) => Promise<void>;
}

/** `publish` after each change of state; `flush` waits until nothing is left to write. */
export function createPublisher<View extends EpicView | TaskView | AgentView>(publication: Publication<View>) {
  const untold = createUntold();
  let version = 0;
  let seq = 0;
  /** How many wait until all that they know of is written. */
  let waiting = 0;
  let isSettling = false;
  let isWriting = false;
  let isFirst = true;
  let toldHold: string | undefined;
  let failure: unknown;
  let shown: Attributes = {};

  function publish(): void {
    untold.change();
    settleSoon();
  }

  function settleSoon(): void {
    if (isSettling || failure !== undefined) return;
    isSettling = true;
    void CancellationScope.nonCancellable(settle).catch(fail);
  }

  async function settle(): Promise<void> {
    await endOfActivation();
    isSettling = false;
    // Whether one rides may not depend on how history is cut into activations: none does beside one that is alone.
    if (!isDue() || isWriting) return;
    const carrier = waiting > 0 || isFirst || hold() !== toldHold ? undefined : takeCarrier();
    if (carrier === undefined) await write(make());
    else await ride(carrier);
  }

  const hold = (): string | undefined => publication.view().hold?.reason;

  const isDue = (): boolean => untold.isNews() || (waiting > 0 && untold.isLeft());

  function make() {
    version += 1;
    const { decisions, messages, told } = untold.take();
    const record: Recorded<View> = {
      view: { ...publication.view(), version } as View,
      decisions,
      ...(messages.length === 0 ? {} : { messages }),
      chain: workflowInfo().firstExecutionRunId,
    };
    toldHold = hold();
    show();
    return { record, told };
  }

  async function ride({ load, written }: Carrier): Promise<void> {
    const made = make();
    if (!load({ name: publication.name, record: made.record })) return write(made);
    if (await written) made.told();
    else untold.lost();
    if (isDue()) settleSoon();
  }

  async function write({ record, told }: ReturnType<typeof make>): Promise<void> {
    isWriting = true;
    try {
      await publication.write(record);
      told();
      isFirst = false;
    } finally {
      isWriting = false;
    }
    if (isDue()) settleSoon();
  }

  function fail(error: unknown): void {
    failure = error;
    log.error('The record could not be written', { error });
  }

  function show(): void {
    setCurrentDetails(publication.details());
    const now: Attributes = Object.fromEntries(publication.attributes().map((pair) => [pair.key.name, short(pair)]));
    const changed = Object.values(now).filter((pair) => shown[pair.key.name]?.value !== pair.value);
    if (changed.length > 0) upsertSearchAttributes(changed);
    shown = now;
  }

  async function isWritten(isOver: () => boolean): Promise<void> {
    waiting += 1;
    settleSoon();
    try {
      await CancellationScope.nonCancellable(() => condition(() => isOver() || failure !== undefined));
    } finally {
      waiting -= 1;
    }
    if (failure !== undefined) throw failure;
  }

  return {
    publish,
    /** Adds a line to the decision log and publishes. */
    decide(decision: NewDecision): void {
      seq += 1;
      untold.decide({ ...decision, seq, at: new Date().toISOString() });
      settleSoon();
    },
    /** Settles a stored message with the next record, and resolves when that is written. */
    applied(message: AppliedMessage): Promise<void> {
      return isWritten(untold.apply(message));
    },
    /** Resolves when all is written, also what changes meanwhile; throws what made writing impossible (EpicExists). */
    flush: (): Promise<void> => isWritten(() => !untold.isLeft()),
  };
}

/**
 * Lets the rest of this activation change state and make its commands first: so one record says all of it, and its place
 * among the commands does not depend on what else was in the same activation. Conditions are tried in rounds, each after
 * all microtasks of the one before; what waits for a condition that another one's end made true needs one round more.
 */
async function endOfActivation(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    let isTried = false;
    await condition(() => {
      const wasTried = isTried;
      isTried = true;
      return wasTried;
    });
  }
}

/** More than the longest chain of conditions in one activation. */
const ROUNDS = 8;

/** The server refuses a long value, and with it the workflow task, again and again; the record has the whole text. */
function short(pair: SearchAttributeUpdatePair): SearchAttributeUpdatePair {
  if (typeof pair.value !== 'string') return pair;
  return { ...pair, value: pair.value.slice(0, ATTRIBUTE_LENGTH).toWellFormed() } as SearchAttributeUpdatePair;
}

const ATTRIBUTE_LENGTH = 200;
