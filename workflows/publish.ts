/**
 * What an execution tells the world: a record in PostgreSQL, search attributes and the details of the Web UI,
 * all from one pure view. At most one record is in flight, and the newest state waits for it.
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
import type { DecisionEntry, Recorded } from './contract/records.ts';

type NewDecision = Omit<DecisionEntry, 'seq' | 'at'>;
type Attributes = Record<string, SearchAttributeUpdatePair>;

export interface Publication<View> {
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
export function createPublisher<View extends { readonly version: number }>(publication: Publication<View>) {
  let version = 0;
  let written = 0;
  let wanted = 0;
  let seq = 0;
  let decisions: DecisionEntry[] = [];
  let messages: AppliedMessage[] = [];
  let writing = false;
  let failure: unknown;
  let shown: Attributes = {};

  function publish(): void {
    wanted += 1;
    if (!writing && failure === undefined) void CancellationScope.nonCancellable(drain);
  }

  async function drain(): Promise<void> {
    writing = true;
    try {
      while (written < wanted) {
        await endOfActivation();
        await writeOnce();
      }
    } catch (error) {
      failure = error;
      log.error('The record could not be written', { error });
    } finally {
      writing = false;
    }
  }

  async function writeOnce(): Promise<void> {
    const upTo = wanted;
    version += 1;
    const record = {
      view: { ...publication.view(), version } as View,
      decisions,
      ...(messages.length === 0 ? {} : { messages }),
      chain: workflowInfo().firstExecutionRunId,
    };
    decisions = [];
    messages = [];
    show();
    await publication.write(record);
    written = upTo;
  }

  function show(): void {
    setCurrentDetails(publication.details());
    const now: Attributes = Object.fromEntries(publication.attributes().map((pair) => [pair.key.name, short(pair)]));
    const changed = Object.values(now).filter((pair) => shown[pair.key.name]?.value !== pair.value);
    if (changed.length > 0) upsertSearchAttributes(changed);
    shown = now;
  }

  async function writtenUpTo(target: () => number): Promise<void> {
    await CancellationScope.nonCancellable(() => condition(() => written >= target() || failure !== undefined));
    if (failure !== undefined) throw failure;
  }

  return {
    publish,
    /** Adds a line to the decision log and publishes. */
    decide(decision: NewDecision): void {
      seq += 1;
      decisions.push({ ...decision, seq, at: new Date().toISOString() });
      publish();
    },
    /** Settles a stored message with the next record, and resolves when that is written. */
    applied(message: AppliedMessage): Promise<void> {
      messages.push(message);
      publish();
      const mine = wanted;
      return writtenUpTo(() => mine);
    },
    /** Resolves when all is written, also what changes meanwhile; throws what made writing impossible (EpicExists). */
    flush: (): Promise<void> => writtenUpTo(() => wanted),
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
