/** Reads from Temporal what a waiting execution cannot know: which activities are retried or paused, and how far. */
import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import type { Database } from '../db/connection.ts';
import { linesOf } from '../db/reads/lines.ts';
import { quietExecutions } from '../db/reads/open-executions.ts';
import type { FailureName } from '../workflows/contract/failures.ts';
import type { Hold } from '../workflows/contract/states.ts';
import { SUPERVISOR_WORKFLOW_ID } from '../workflows/contract/task-queues.ts';
import { diagnosisOf } from './repairs.ts';
import type { Diagnosis } from './reset-point.ts';

interface About {
  readonly workflowId: string;
  readonly taskKey: string | null;
}

export interface Retry extends About {
  /** The activity's name, or "workflow task" when the execution itself fails to go on. */
  readonly activity: string;
  /** The one that runs or comes next. */
  readonly attempt: number;
  /** How the last attempt failed. */
  readonly message: string;
  /** The command that helps, where retrying does not. */
  readonly remedy: string | null;
}

/** A long step that runs: "fetches, 63 %". */
export interface Progress extends About {
  readonly activity: string;
  readonly progress: string;
}

/** An activity that a person paused, alone or with the whole factory, and so holds its task or the epic itself. */
export interface PausedActivity extends About {
  readonly hold: Hold;
}

/** A first failure is often over before anybody reads of it. */
const WORTH_TELLING = 3;
/** Skips executions that reported within this time; they are not stuck. */
const QUIET_SECONDS = 3;
/** Screens look often; an answer that takes longer is left out rather than waited for. */
const ANSWER_WITHIN_MS = 1_000;

export interface Pending {
  readonly retries: Retry[];
  readonly progress: Progress[];
  readonly paused: PausedActivity[];
  /** How many executions nothing is known of: Temporal has not described them in time, or was not asked yet. */
  readonly unread: number;
}

export type PendingReader = (epicId: string) => Promise<Pending>;

/** Of one execution, shared by all that ask. */
interface Found {
  readonly retries: Omit<Retry, keyof About>[];
  readonly progress: Omit<Progress, keyof About>[];
  readonly holds: readonly Hold[];
  readonly isUnread?: true;
}

/**
 * Reads an epic's open executions, and counts those that Temporal does not describe. What one said is good for a moment, so
 * that many who look ask once; of a large epic some are asked each time, and of the others the last word is passed on.
 */
export function createPendingReader({
  db,
  temporal,
}: {
  readonly db: Database;
  readonly temporal: Client;
}): PendingReader {
  const known = new Map<string, { readonly askedAt: number; readonly found: Promise<Found> }>();

  function forgetOld(): void {
    for (const [key, { askedAt }] of known) if (askedAt < Date.now() - REMEMBERED_MS) known.delete(key);
  }

  return async function readPending(epicId) {
    const quiet = await quietExecutions(db, epicId, QUIET_SECONDS);
    // Nothing of an epic may move because the supervisor does not, or a line that its tasks merge through.
    const others = quiet.length === 0 ? [] : [SUPERVISOR_WORKFLOW_ID, ...(await linesOf(db, epicId))];
    const all = [...others.map((workflowId) => ({ workflowId, taskKey: null })), ...quiet];
    forgetOld();
    // The supervisor and lines belong to many epics, and what helps is said of each.
    const lastWord = (workflowId: string) => known.get(`${epicId} ${workflowId}`);
    const askedAt = (workflowId: string) => lastWord(workflowId)?.askedAt ?? 0;
    const stale = all
      .filter(({ workflowId }) => askedAt(workflowId) < Date.now() - FRESH_MS)
      .toSorted((a, b) => askedAt(a.workflowId) - askedAt(b.workflowId));
    for (const { workflowId } of stale.slice(0, MOST_ASKED)) {
      const found = findPending(temporal, workflowId, epicId);
      known.set(`${epicId} ${workflowId}`, { askedAt: Date.now(), found });
    }
    const found = await Promise.all(
      all.map(async (about) => ({ about, ...((await lastWord(about.workflowId)?.found) ?? UNREAD) })),
    );
    return {
      retries: found.flatMap(({ about, retries }) => retries.map((retry) => ({ ...about, ...retry }))),
      progress: found.flatMap(({ about, progress }) => progress.map((step) => ({ ...about, ...step }))),
      paused: found.flatMap(({ about, holds }) => holds.map((hold) => ({ ...about, hold }))),
      unread: found.filter(({ isUnread }) => isUnread).length,
    };
  };
}

/** What an execution said a moment ago is not asked for again. */
const FRESH_MS = 1_000;
/** Executions of one epic that are asked at a time: each costs Temporal and this process about a millisecond. */
const MOST_ASKED = 40;
const REMEMBERED_MS = 60_000;

const NOTHING: Found = { retries: [], progress: [], holds: [] };
const UNREAD: Found = { ...NOTHING, isUnread: true };

async function findPending(temporal: Client, workflowId: string, epicId: string): Promise<Found> {
  const execution = await describe(temporal, workflowId);
  if (execution === 'gone') return NOTHING;
  if (execution === undefined) return UNREAD;
  return {
    retries: retriesOf(execution, await diagnosed(temporal, execution), epicId),
    progress: progressOf(temporal, execution),
    holds: [...pausesOf(execution), ...pausedWithAll(temporal, execution)],
  };
}

/** Undefined when it did not answer in time. An execution that Temporal does not have has nothing to report. */
const describe = (temporal: Client, workflowId: string) =>
  temporal
    .withDeadline(Date.now() + ANSWER_WITHIN_MS, () => temporal.workflow.getHandle(workflowId).describe())
    .catch((error: unknown) => (error instanceof WorkflowNotFoundError ? ('gone' as const) : undefined));

const diagnosed = (temporal: Client, execution: WorkflowExecutionDescription): Promise<Diagnosis | undefined> =>
  temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, () => diagnosisOf(temporal, execution)).catch(() => undefined);

function retriesOf(
  { workflowId, raw }: WorkflowExecutionDescription,
  diagnosis: Diagnosis | undefined,
  epicId: string,
): Omit<Retry, keyof About>[] {
  const activities = (raw.pendingActivities ?? [])
    .filter(({ attempt, lastFailure, paused }) => (attempt ?? 0) >= WORTH_TELLING && lastFailure && !paused)
    .filter(({ lastFailure }) => lastFailure?.applicationFailureInfo?.type !== FACTORY_PAUSED)
    .map(({ activityType, attempt, lastFailure }) => ({
      activity: activityType?.name ?? 'unknown',
      attempt: attempt ?? 0,
      message: lastFailure?.message ?? 'unknown',
      remedy: null,
    }));
  const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
  if (diagnosis !== 'unreplayable' && attempt < WORTH_TELLING) return activities;
  const step = { activity: 'workflow task', attempt };
  if (diagnosis === 'fails otherwise') {
    const message = 'the execution fails to go on, which is a defect; its history in the Temporal Web UI says where';
    return [...activities, { ...step, message, remedy: null }];
  }
  const why = diagnosis === 'unreplayable' ? 'cannot be replayed' : 'gives no reason';
  const message = `${workflowId} does not go on (it ${why}), and nothing that is sent to it is applied`;
  return [...activities, { ...step, message, remedy: `bin/factory repair ${epicId}` }];
}

/** From the details of the last heartbeat (activities/heartbeat.ts), of what has not failed since. */
function progressOf(temporal: Client, { raw }: WorkflowExecutionDescription): Omit<Progress, keyof About>[] {
  const converter = temporal.options.loadedDataConverter.payloadConverter;
  return (raw.pendingActivities ?? []).flatMap(({ activityType, heartbeatDetails }) => {
    const [payload] = heartbeatDetails?.payloads ?? [];
    const details = payload ? converter.fromPayload<{ progress?: unknown } | undefined>(payload) : undefined;
    const progress = details?.progress;
    return typeof progress === 'string' ? [{ activity: activityType?.name ?? 'unknown', progress }] : [];
  });
}

/** Their command is not ended by a pause: it goes on in tmux, and is found again. */
const RUN_COMMANDS: ReadonlySet<string> = new Set(['bash', 'verify', 'runSetup']);

function pausesOf({ raw, workflowId }: WorkflowExecutionDescription): Hold[] {
  return (raw.pendingActivities ?? [])
    .filter(({ paused }) => paused)
    .map(({ activityType, activityId, pauseInfo }) => {
      const name = activityType?.name ?? 'unknown';
      const command = RUN_COMMANDS.has(name) ? '; a command that it has begun runs on' : '';
      const remedy = `temporal activity unpause --workflow-id ${workflowId} --activity-id ${activityId}`;
      const since = new Date(Number(pauseInfo?.pauseTime?.seconds ?? Date.now() / 1_000) * 1_000);
      const reason = `its activity ${name} is paused in Temporal${command}: ${remedy}`;
      return { kind: 'pause', reason, since: since.toISOString() };
    });
}

const FACTORY_PAUSED: FailureName = 'FactoryPaused';

/** What waits for the end of the factory's pause is tried again like a failure, and is none. */
function pausedWithAll(temporal: Client, { raw }: WorkflowExecutionDescription): Hold[] {
  const converter = temporal.options.loadedDataConverter.payloadConverter;
  return (raw.pendingActivities ?? []).flatMap(({ lastFailure, paused }) => {
    const info = lastFailure?.applicationFailureInfo;
    if (paused || info?.type !== FACTORY_PAUSED) return [];
    const [payload] = info.details?.payloads ?? [];
    const { since } = (payload ? converter.fromPayload<{ since?: string }>(payload) : undefined) ?? {};
    const reason = lastFailure?.message ?? 'the factory is paused';
    return [{ kind: 'pause' as const, reason, since: since ?? new Date().toISOString() }];
  });
}

type Held = { readonly hold: Hold | null };

/** The epic with what is paused in Temporal as what holds it and its tasks. */
export function heldBy<Task extends Held & { key: string }, Epic extends Held & { tasks: Task[] }>(
  epic: Epic,
  paused: readonly PausedActivity[],
): Epic {
  const holdOf = (key: string | null, own: Hold | null) => paused.find(({ taskKey }) => taskKey === key)?.hold ?? own;
  const tasks = epic.tasks.map((task) => ({ ...task, hold: holdOf(task.key, task.hold) }));
  return { ...epic, tasks, hold: holdOf(null, epic.hold) };
}
