/** How an execution stands, from its start to its end, and how that is told: the same for an epic, a task and an agent. */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { IgnoredMemory } from './contract/ignored-messages.ts';
import type { AgentView, DecisionEntry, EpicView, Failure, TaskView } from './contract/records.ts';
import type { Hold } from './contract/states.ts';
import { failureMessage, failureType } from './failure.ts';
import { finishHandlers } from './handlers.ts';
import { createHolds } from './hold-since.ts';
import { createIgnored } from './ignored-messages.ts';
import { createPublisher, type Publication } from './publish.ts';

export interface Standing<State> {
  readonly state: State;
  /** A finer word for people. */
  readonly phase: string;
  readonly hold?: Hold | undefined;
}

/** A line of the decision log: of a decision, and of anything else that explains how things came about. */
export interface LogLine {
  readonly actor: string;
  readonly kind: DecisionEntry['kind'];
  /** What was decided, or happened. */
  readonly decision: string;
  readonly reason: string;
  readonly taskKey?: string | undefined;
}

/** Why something waits. */
export type Why = Pick<Hold, 'kind' | 'reason'>;

/** Empty until it has ended. */
export interface End {
  readonly failure?: Failure;
  /** ISO 8601. */
  readonly closedAt?: string;
}

interface Ending {
  readonly done: string;
  readonly failed?: string;
  readonly failedAs: string;
  readonly error?: unknown;
}

interface Subject<State, View> extends Pick<Publication<View>, 'name' | 'attributes' | 'write'> {
  readonly epicId: string;
  readonly taskKey?: string | undefined;
  /** How it stands now, and how that is kept: what an epic or a task remembers of it outlives the run. */
  readonly standing: () => Standing<State>;
  readonly stand: (now: Standing<State>) => void;
  readonly view: (end: End) => Omit<View, 'version'>;
  readonly details: (end: End) => string;
  readonly ignored: IgnoredMemory;
}

/** Tells nothing before the first `publish`; call that when its handlers are registered. */
export function createStatus<State extends string, View extends EpicView | TaskView | AgentView>(
  subject: Subject<State, View>,
) {
  const { epicId, standing, stand } = subject;
  const holdFor = createHolds(standing().hold);
  let end: End = {};
  const view = () => subject.view(end);
  const { name, attributes, write } = subject;
  const publisher = createPublisher<View>({ name, attributes, write, view, details: () => subject.details(end) });
  const ignored = createIgnored(subject.ignored, logLine);

  /** Adds a line to the decision log, about the task that it is of unless it names another. */
  function logLine({ taskKey = subject.taskKey, ...line }: LogLine): void {
    publisher.logLine({ ...line, epicId, ...(taskKey === undefined ? {} : { taskKey }) });
  }

  /** Something failed that ends nothing. */
  function logFailure(what: string, reason: string): void {
    logLine({ actor: 'factory', kind: 'failure', decision: what, reason });
  }

  return {
    view,
    publish: publisher.publish,
    flush: publisher.flush,
    applied: publisher.applied,
    /** Counts a message that changed nothing. */
    ignore: ignored.ignore,
    logLine,
    logFailure,

    /** The same reason as before is the same hold, and keeps since when it holds. */
    tell(state: State, phase: string, why?: Why): void {
      stand({ state, phase, hold: why && holdFor(why, standing().hold) });
      publisher.publish();
    },

    setHold(hold: Hold | undefined): void {
      const { state, phase } = standing();
      stand({ state, phase, hold });
      publisher.publish();
    },

    hasEnded: (): boolean => end.closedAt !== undefined,

    /**
     * Its end is told with the next record; the same end again changes nothing. `done` is its last phase when it is
     * completed, `failed` when it failed in a way of its own, `failedAs` the name of a failure that has none.
     */
    end(final: State, { done, failed, failedAs, error }: Ending): End {
      ignored.publish();
      if (end.closedAt !== undefined && standing().state === final) return end;
      const special = final === 'COMPLETED' ? done : final === 'FAILED' ? failed : undefined;
      stand({ state: final, phase: special ?? final.toLowerCase() });
      const failure = { type: failureType(error) ?? failedAs, message: failureMessage(error) };
      end = { closedAt: new Date().toISOString(), ...(final === 'FAILED' ? { failure } : {}) };
      publisher.publish();
      return end;
    },

    /** The line of the decision log about its end; `why` is the reason of an end that is neither failed nor cancelled. */
    logEnd(what: string, final: State, { error, why }: { readonly error: unknown; readonly why: string }): void {
      logLine({
        actor: 'factory',
        kind: final === 'FAILED' ? 'failure' : 'transition',
        decision: `${what} ${final}`,
        reason: end.failure?.message ?? (isCancellation(error) ? 'cancelled' : why),
      });
    },

    /** Cleans up even if somebody cancels meanwhile, and resolves when the last record is written; awaited before the run closes. */
    close: (cleanUp: () => Promise<void>): Promise<void> =>
      CancellationScope.nonCancellable(async () => {
        await cleanUp();
        await finishHandlers(publisher.flush);
      }),
  };
}
