/**
 * Every timeout and retry of activities and children, with its reason.
 * A killed worker process is noticed by the heartbeat timeout; a lost host by schedule-to-start.
 */
import {
  ActivityCancellationType,
  type ActivityOptions,
  ChildWorkflowCancellationType,
  type ChildWorkflowOptions,
  ParentClosePolicy,
} from '@temporalio/workflow';
import { WORKFLOW_TASK_TIMEOUT } from './contract/start-options.ts';
import { FACTORY_QUEUE, HOSTS_QUEUE, hostQueue, MODEL_QUEUE } from './contract/task-queues.ts';

/** What is worth another try is tried until it works or somebody cancels; what is not says so itself (nonRetryable). */
const PATIENT_RETRY = { initialInterval: '500 ms', backoffCoefficient: 2, maximumInterval: '30 seconds' } as const;

/** Three missed heartbeats and some: activities heartbeat once a second on a timer. */
const HEARTBEAT_TIMEOUT = '5 seconds';

/** A record is written in milliseconds; when it is not, PostgreSQL is away and this waits for it. */
export const RECORD: ActivityOptions = {
  taskQueue: FACTORY_QUEUE,
  startToCloseTimeout: '10 seconds',
  retry: PATIENT_RETRY,
};

/** Twice as long each time, up to a limit. */
const doubled = (times: number, { firstMs, mostMs }: { readonly firstMs: number; readonly mostMs: number }): number =>
  Math.min(mostMs, firstMs * 2 ** (times - 1));

/** Forge, tracker, ledger: calls that are harmless twice. Those that can take longer than a heartbeat time-out heartbeat. */
export const FACTORY: ActivityOptions = {
  taskQueue: FACTORY_QUEUE,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: PATIENT_RETRY,
  // Whether a merge happened must be known, also when it was cancelled.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/**
 * Transfers of up to all objects of a repository: as long as they take, since git is ended when it makes no
 * progress (clients/git/git.ts), and a try that was cut off is gone on from.
 */
export const TRANSFER: ActivityOptions = { ...FACTORY, startToCloseTimeout: '6 hours' };

/** Give up after a minute; a separate workflow delivers the comment later. */
export const TRACKER: ActivityOptions = {
  taskQueue: FACTORY_QUEUE,
  startToCloseTimeout: '40 seconds',
  scheduleToCloseTimeout: '1 minute',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumAttempts: 5 },
  // An epic that ends does not wait for it.
  cancellationType: ActivityCancellationType.TRY_CANCEL,
};

/** A tracker that is away for a week is not coming back for this. */
export const PATIENT_TRACKER: ActivityOptions = {
  ...TRACKER,
  scheduleToCloseTimeout: '7 days',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 minutes' },
};

/** How long an issue that could not be read is left before the next look: a minute, then longer, an hour at most. */
export const listenAgainMs = (failures: number): number => doubled(failures, { firstMs: 60_000, mostMs: 3_600_000 });

/** One model call. Its own waits are short; long ones come back as a hold (contract: TurnResult). */
export const MODEL: ActivityOptions = {
  taskQueue: MODEL_QUEUE,
  startToCloseTimeout: '20 minutes',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { ...PATIENT_RETRY, maximumInterval: '1 minute' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/**
 * The host that polls first gets the task; a full host passes it on after a second. A claim takes milliseconds, and a host that
 * stopped answering may still have a poll open that swallows one.
 */
export const CLAIM_HOST: ActivityOptions = {
  taskQueue: HOSTS_QUEUE,
  startToCloseTimeout: '3 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
};

/** For an epic, which gives back a slot that a cancelled claim got: one may be granted for as long as an attempt lasts. */
export const AWAITED_CLAIM: ActivityOptions = {
  ...CLAIM_HOST,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/** Work on a host. `work` bounds a command's own time limit, which ends it first. */
export const onHostOptions = (host: string): ActivityOptions => ({
  taskQueue: hostQueue(host),
  scheduleToStartTimeout: '1 minute',
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: PATIENT_RETRY,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** For the forge, where the end of an execution must not wait for one that is away. */
export const BRIEFLY_FACTORY: ActivityOptions = { ...FACTORY, scheduleToCloseTimeout: '1 minute' };

/**
 * For activities that do no harm when missing and must not hold up the rest: a forge may also hang. Each kill of the process
 * costs an attempt, and kills come in series, so three attempts were too few.
 */
export const brieflyOnHostOptions = (host: string): ActivityOptions => ({
  ...onHostOptions(host),
  scheduleToCloseTimeout: '3 minutes',
  retry: { ...PATIENT_RETRY, backoffCoefficient: 1.5, maximumAttempts: 6 },
});

export const CHILD = {
  taskQueue: FACTORY_QUEUE,
  workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
  parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
  cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
  workflowIdReusePolicy: 'ALLOW_DUPLICATE',
} satisfies ChildWorkflowOptions;

/** How long an agent waits for another's answer to its mail, which comes with one of the other's next turns. */
export const AWAIT_REPLY_MS = 3_600_000;

/** How long after the nth look for an answer the agent looks again if nobody calls it: a minute, then longer, an hour at most. */
export const lookForMailMs = (looks: number): number => doubled(looks, { firstMs: 60_000, mostMs: 3_600_000 });

/** Turns in which the Orchestrator answers what mail there is. */
export const CORRESPONDENCE_TURNS = 20;

/** How long an epic waits for the settlement of an escalation before it asks again; asking twice is harmless. */
export const ASK_AGAIN_MS = 60_000;

/**
 * How long after the nth request an epic that waits for admission asks again, for a supervisor that was terminated meanwhile.
 * A minute, then longer, ten at most: thousands may wait, and each request costs those that work.
 */
export const askAdmissionAgainMs = (times: number): number => doubled(times, { firstMs: 60_000, mostMs: 600_000 });

/** How long the Supervisor agent has for its advice; then a person is asked without it. */
export const TRIAGE_MS = 10 * 60_000;

/** How long a line that nobody stands in waits for the next before it ends; whoever asks then starts it again. */
export const LINE_IDLE = '10 minutes';

/** How long an interrupt waits for the agents to say what it met; one that is slower has ended its work all the same. */
export const INTERRUPT_REPLY_MS = 5_000;

/** How long those behind somebody who settles a conflict stay out of conflicts of their own: about a Worker's round. */
export const SETTLING_MS = 15 * 60_000;

/**
 * How long after the nth asking a member that waits for its turn asks again: a line that was terminated is started so.
 * A minute, then longer, an hour at most, since each asking is a part of two histories.
 */
export const askTurnAgainMs = (times: number): number => doubled(times, { firstMs: 60_000, mostMs: 3_600_000 });

/**
 * How long an execution that was asked to end for the nth time is given before somebody looks again: a second, then
 * longer, an hour at most, since each look is a part of two histories.
 */
export const endsWithinMs = (times: number): number => doubled(times, { firstMs: 1_000, mostMs: 3_600_000 });

/**
 * How long after the nth look in vain, at a pull request that the forge refused or at checks that hold it, it is looked
 * at again unless somebody says so before: minutes, then longer, 6 hours at most, since each look is a part of a history
 * that may have to last for months.
 */
export const lookAgainMs = (looks: number): number => doubled(looks, { firstMs: 300_000, mostMs: 6 * 3_600_000 });

/**
 * A run that waits continues as new beyond this many events or bytes. Temporal suggests it at 4,096 events, whose replay
 * takes 2 s of CPU. The rest of 2,000 is room for what comes before the run can end: 50 messages a second while a worker
 * process that was killed holds the workflow task for its whole time-out (WORKFLOW_TASK_TIMEOUT).
 */
export const HISTORY_EVENTS = 700;
export const HISTORY_BYTES = 1_000_000;

/** With open children more, since each has to be handed over first, and a new run costs about 15 events a child. */
export const DRAIN_EVENTS = 1_000;
export const DRAIN_BYTES = 1_500_000;

/** A wait must have grown by so many events before it ends its run: a run that only begins to wait is not renewed. */
export const EVENTS_OF_WAITING = 25;

/** How often in a row a merge may be refused because its base has moved, each time for one more verification, before a person is asked. */
export const BASE_MOVES = 10;

/** So many looks in a row follow their signals at once; after them one a minute, until a look brings something new. */
export const LOOKS_AT_ONCE = 5;
export const LOOK_PAUSE_MS = 60_000;

/** Ignored messages are counted and published at most this often. */
export const IGNORED_PAUSE_MS = 60_000;

/** A required check that nobody has begun by then is said to be missing; most begin within seconds. */
export const BEGIN_MINUTES = 10;

/** Until a check that was run again is listed as one that runs. */
export const RERUN_SHOWS_MS = 20_000;

/** How long after the nth look the checks of a commit are looked at again unless somebody says so before: as the forge wants it, at most what is left. */
export function checksPause(reads: number, minutesLeft: number, wantedSeconds?: number): number {
  const seconds = Math.max(1, Math.min(wantedSeconds ?? Math.min(15 * 3 ** (reads - 1), 600), minutesLeft * 60));
  return Math.ceil(seconds * 1_000);
}
