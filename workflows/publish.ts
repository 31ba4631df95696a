/**
 * What an execution tells the world: a record in PostgreSQL, search attributes and the details of the Web UI,
 * all from one pure view.
 *
 * A record is carried by an activity of the same activation where there is one (carried-records.ts); else by an activity
 * of its own, of which at most one is in flight while the newest state waits. Alone go what somebody waits for
 * (`flush`: the first of an epic's run, which claims its id, and the effect of a message) and a hold that begins, since
 * an activity may itself have to wait. A hold that is usually over at once, and an end that clean-up follows, are given
 * half a second in which another record may make one of their own needless. Records may overtake each other: their
 * version decides.
 */
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  log,
  setCurrentDetails,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { type Carrier, onCarrier, takeCarrier } from './carried-records.ts';
import type { RecordName } from './contract/carried-record.ts';
import type { AppliedMessage } from './contract/messages.ts';
import type { AgentView, DecisionEntry, EpicView, Recorded, TaskView } from './contract/records.ts';
import type { Hold } from './contract/states.ts';
import { createUnrecordedChanges } from './unrecorded-changes.ts';

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
  const unrecorded = createUnrecordedChanges();
  let version = 0;
  let seq = 0;
  /** How many wait until all that they know of is written. */
  let waiting = 0;
  let isSettling = false;
  let isWriting = false;
  /** Of the newest record. */
  let toldHold: string | undefined;
  let grace: CancellationScope | undefined;
  /** Whether what the grace is for is written. */
  let isTold = (): boolean => true;
  /** After a grace: whether what it was for is written. */
  let isToldMeanwhile: (() => boolean) | undefined;
  /** Whether the last record that may not wait is written, from when it is carried. */
  let isUrgentTold = (): boolean => true;
  let failure: unknown;
  let shown: Attributes = {};
  onCarrier(() => {
    if (grace !== undefined && unrecorded.isNews()) settleSoon();
  });

  function publish(): void {
    unrecorded.change();
    settleSoon();
  }

  function settleSoon(): void {
    if (isSettling || failure !== undefined) return;
    isSettling = true;
    void CancellationScope.nonCancellable(settle).catch(fail);
  }

  /**
   * Decides from the state at the end of the activation alone, and leaves a trace in history or none in itself: so that
   * the decision is the same however history is cut into activations. For the same reason none is carried beside one alone.
   */
  async function settle(): Promise<void> {
    await endOfActivation();
    isSettling = false;
    if (isWriting) return;
    if (!unrecorded.isLeft()) return endGrace();
    const isLate = waiting > 0 || isToldMeanwhile?.() === false;
    if (isLate) return write(make());
    if (!unrecorded.isNews()) return;
    const { hold, closedAt } = publication.view();
    if (isNew(hold)) return BRIEF.has(hold.kind) ? beginGrace() : write(make());
    const carrier = takeCarrier();
    if (carrier !== undefined)
      return carryWith(carrier, { isUrgent: version === 0 || (toldHold !== undefined && hold === undefined) });
    return closedAt === undefined ? write(make()) : beginGrace();
  }

  const isNew = (hold: Hold | undefined): hold is Hold => hold !== undefined && hold.reason !== toldHold;

  /** One that has begun goes on, for what is untold by now. */
  function beginGrace(): void {
    isTold = unrecorded.mark();
    if (grace !== undefined) return;
    grace = new CancellationScope();
    grace
      .run(() => sleep(GRACE_MS, { summary: 'tell it alone' }))
      .then(() => {
        grace = undefined;
        isToldMeanwhile = isTold;
        settleSoon();
      })
      .catch(() => undefined);
  }

  function endGrace(): void {
    grace?.cancel();
    grace = undefined;
    isToldMeanwhile = undefined;
  }

  function make() {
    version += 1;
    const { decisions, messages, told } = unrecorded.take();
    const record: Recorded<View> = {
      view: { ...publication.view(), version } as View,
      decisions,
      ...(messages.length === 0 ? {} : { messages }),
      chain: workflowInfo().firstExecutionRunId,
    };
    toldHold = record.view.hold?.reason;
    show();
    return { record, told };
  }

  /**
   * The first record, by which others find the execution, and the end of a hold that screens show are told alone after all
   * when its carrier has to wait; one that overtakes such a record waits as long as that.
   */
  async function carryWith({ load, written }: Carrier, { isUrgent }: { readonly isUrgent: boolean }): Promise<void> {
    if (isUrgent) isUrgentTold = unrecorded.mark();
    const made = make();
    if (!load({ name: publication.name, record: made.record })) return write(made);
    if (isUrgentTold()) endGrace();
    else beginGrace();
    if (await written) made.told();
    else unrecorded.lost();
    settleAgain();
  }

  async function write({ record, told }: ReturnType<typeof make>): Promise<void> {
    endGrace();
    isWriting = true;
    try {
      await publication.write(record);
      told();
    } finally {
      isWriting = false;
    }
    settleAgain();
  }

  function settleAgain(): void {
    if (unrecorded.isNews() || waiting > 0 || grace !== undefined) settleSoon();
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
    logLine(line: NewDecision): void {
      seq += 1;
      unrecorded.logLine({ ...line, seq, at: new Date().toISOString() });
      settleSoon();
    },
    /** Settles a stored message with the next record, and resolves when that is written. */
    applied(message: AppliedMessage): Promise<void> {
      return isWritten(unrecorded.apply(message));
    },
    /**
     * Resolves when all is written, also what changes meanwhile, and no record of its own is on its way: nothing is written
     * when the run has closed. Throws what made writing impossible (EpicExists).
     */
    flush: (): Promise<void> => isWritten(() => !unrecorded.isLeft() && !isWriting),
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

/** How long a hold, or an end that clean-up follows, may go untold. */
const GRACE_MS = 500;

/** What an execution waits for that is mostly there at once. */
const BRIEF: ReadonlySet<Hold['kind']> = new Set(['admission', 'host', 'lane']);

/** The server refuses a long value, and with it the workflow task, again and again; the record has the whole text. */
function short(pair: SearchAttributeUpdatePair): SearchAttributeUpdatePair {
  if (typeof pair.value !== 'string') return pair;
  return { ...pair, value: pair.value.slice(0, ATTRIBUTE_LENGTH).toWellFormed() } as SearchAttributeUpdatePair;
}

const ATTRIBUTE_LENGTH = 200;
