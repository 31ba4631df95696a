/** Signals to the supervisor, and the reconciler. */
import { activityInfo, log } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Database } from '../db/connection.ts';
import { wasResumedSince } from '../db/reads/factory-pause.ts';
import { isReplaced, quietEpics, quietOpenWorkflows } from '../db/reads/open-executions.ts';
import { readStalledEpics } from '../db/reads/stalled-epics.ts';
import { readOwedCalls } from '../db/reads/unread-mail.ts';
import { sweepChanges } from '../db/writes/changes.ts';
import { settleClosed } from '../db/writes/closed-workflows.ts';
import { appendDecisions } from '../db/writes/decisions.ts';
import { sweepDrafts } from '../db/writes/drafts.ts';
import { settleOpenCalls } from '../db/writes/ledger.ts';
import { newestGeneration } from '../db/writes/runs.ts';
import { EpicIdFromWorkflow, stalledSignal } from '../workflows/contract/epic.ts';
import { epicWorkflowId } from '../workflows/contract/ids.ts';
import { WORKFLOW_TASK_TIMEOUT } from '../workflows/contract/start-options.ts';
import {
  type Escalate,
  escalateSignal,
  type ReleaseAdmission,
  type RequestAdmission,
  releaseAdmissionSignal,
  requestAdmissionSignal,
} from '../workflows/contract/supervisor.ts';
import { FACTORY_QUEUE, SUPERVISOR_WORKFLOW_ID } from '../workflows/contract/task-queues.ts';
import { createSettleAdmissions } from './admissions.ts';
import { closingOf } from './closed-workflow.ts';
import { withHeartbeat } from './heartbeat.ts';
import { callReader } from './mail/call-readers.ts';
import { settleLines } from './merge-line.ts';

/** A row that was written a moment ago belongs to an execution that is still telling its end. */
const QUIET_SECONDS = 30;
/** An hour: longer than nearly every command, and short enough for somebody to notice today. */
const STALLED_MINUTES = 60;

export interface SupervisionDependencies {
  readonly db: Database;
  readonly temporal: Client;
  /** The limit of epics at once. */
  readonly epicsAtOnce: number;
  readonly quietSeconds?: number;
  /** How long an epic may be without a move before it is looked at. */
  readonly stalledMinutes?: number;
  /** Closes pull requests that no workflow is left to close; returns how many. */
  readonly closeAbandoned: (signal: AbortSignal) => Promise<number>;
  /** Tidies up on the forge after epics that closed long ago, and returns their number. */
  readonly sweep: (signal: AbortSignal) => Promise<number>;
}

export function createSupervisionActivities({
  db,
  temporal,
  epicsAtOnce,
  quietSeconds = QUIET_SECONDS,
  stalledMinutes = STALLED_MINUTES,
  closeAbandoned,
  sweep,
}: SupervisionDependencies) {
  /** There is one supervisor; the first that needs it starts it. */
  const signalSupervisor = async (signal: { readonly name: string }, message: unknown): Promise<void> => {
    await temporal.workflow.signalWithStart('supervisorWorkflow', {
      workflowId: SUPERVISOR_WORKFLOW_ID,
      taskQueue: FACTORY_QUEUE,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      staticSummary: 'Admits epics and settles what goes wrong',
      args: [],
      signal: signal.name,
      signalArgs: [message],
    });
  };

  const requestAdmission = (message: RequestAdmission): Promise<void> =>
    signalSupervisor(requestAdmissionSignal, { ...message, limit: epicsAtOnce });
  const releaseAdmission = (message: ReleaseAdmission): Promise<void> =>
    signalSupervisor(releaseAdmissionSignal, message);
  const settleAdmissions = createSettleAdmissions({
    ...{ db, temporal, quietSeconds, request: requestAdmission, release: releaseAdmission },
  });

  const settle = async (workflowId: string): Promise<boolean> => {
    const lastRun = await newestGeneration(db, workflowId);
    const closed = await closingOf(temporal, workflowId, (id) => isReplaced(db, id));
    if (closed === undefined) return false;
    const epic = EpicIdFromWorkflow.safeParse(workflowId);
    // Before the row becomes final: a reconciler that died in between would not look at it again.
    if (epic.success) await releaseAdmission({ epicId: epic.data });
    const reserved = workflowId.startsWith('agent-') ? await settleOpenCalls(db, workflowId.slice('agent-'.length)) : 0;
    return (await settleClosed(db, closed, { quietSeconds, lastRun })) || reserved > 0;
  };

  /**
   * Noted, which counts as a move, once the word is out: an epic is told once an hour at most. One that has closed is
   * noted too. A word that did not get out is tried again with the next run, and the other epics are told all the same.
   */
  const signalStalled = async (): Promise<number> => {
    const stalled = await readStalledEpics(db, stalledMinutes);
    let failed: unknown;
    for (const { epicId, since } of stalled) {
      try {
        await temporal.workflow.getHandle(epicWorkflowId(epicId)).signal(stalledSignal.name, { since });
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) {
          failed ??= error;
          continue;
        }
      }
      const entry = { at: new Date().toISOString(), epicId, actor: 'factory', kind: 'decision' as const };
      const [key, decision] = [`stalled/${epicId}/${since}`, 'has the epic looked at'];
      await appendDecisions(db, [{ ...entry, key, decision, reason: `nothing has moved since ${since}` }]);
    }
    if (failed !== undefined) throw failed;
    return stalled.length;
  };

  return {
    /**
     * Puts an epic into the supervisor's line, and starts the supervisor if there is none.
     * Idempotent: the supervisor knows an epic by its id.
     * Fails: when Temporal does not answer; retried.
     * Runs on: factory.
     */
    requestAdmission,

    /**
     * Gives an epic's admission back.
     * Idempotent: by epic id; an epic that holds none changes nothing.
     * Fails: when Temporal does not answer; retried.
     * Runs on: factory.
     */
    releaseAdmission,

    /**
     * Hands the supervisor what its sender could not settle.
     * Idempotent: by escalationId.
     * Fails: when Temporal does not answer; retried.
     * Runs on: factory.
     */
    escalate: (message: Escalate) => signalSupervisor(escalateSignal, message),

    /**
     * Waits for the end of a pause of the whole factory, which holds it as all else that must not begin, and says whether
     * there was one since then (ISO 8601). An attempt that failed otherwise counts as one: whoever asks waits once more.
     * Idempotent: it only reads.
     * Fails: FactoryPaused while the factory is paused, and when PostgreSQL does not answer; retried.
     * Runs on: factory.
     */
    async outlastPause(asked: { readonly epicId: string; readonly since: string }): Promise<{ wasHeld: boolean }> {
      return { wasHeld: activityInfo().attempt > 1 || (await wasResumedSince(db, asked)) };
    },

    /**
     * The limit of epics at once, and the ids of those that run and were recorded as admitted, for a supervisor that starts
     * again. An epic is recorded before it asks. Temporal's visibility lags by some milliseconds to seconds; the reconciler
     * counts who is missed.
     * Idempotent: it only reads.
     * Fails: when Temporal or PostgreSQL does not answer; retried.
     * Runs on: factory.
     */
    async listOpenEpics(_: Record<string, never>): Promise<{ admitted: string[]; limit: number }> {
      const known = new Set((await quietEpics(db, 0)).filter((epic) => epic.admitted).map(({ epicId }) => epicId));
      const admitted: string[] = [];
      const query = "WorkflowType = 'epicWorkflow' AND ExecutionStatus = 'Running'";
      for await (const { workflowId } of temporal.workflow.list({ query })) {
        const id = EpicIdFromWorkflow.safeParse(workflowId);
        if (id.success && known.has(id.data)) admitted.push(id.data);
      }
      return { admitted, limit: epicsAtOnce };
    },

    /**
     * Asks Temporal to cancel a workflow: a person's decision, taken by the epic itself.
     * Idempotent: cancelling twice, or what has closed, changes nothing.
     * Fails: when Temporal does not answer; retried.
     * Runs on: factory.
     */
    async requestCancel({ workflowId }: { readonly workflowId: string; readonly reason: string }): Promise<void> {
      try {
        await temporal.workflow.getHandle(workflowId).cancel();
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },

    /**
     * Settles what belongs to executions that were closed from outside: their rows, human requests, reservations (at the
     * upper bound), host slots, admissions and pull requests. Tells epics that have not moved for an hour, and
     * calls those that could not be called when mail to their Orchestrator came. Then sweeps old rows of changes and drafts, and
     * what epics that closed long ago have left on the forge. A part that fails does not stop the others; the first
     * failure is thrown at the end.
     * Idempotent: what is settled is not found again; a run that died is repeated from the start.
     * Fails: when Temporal or PostgreSQL does not answer; retried.
     * Runs on: factory.
     */
    async reconcile(_: Record<string, never>): Promise<{ settled: number; swept: number }> {
      let settled = 0;
      let looked = 0;
      let swept = 0;
      const workflows = await quietOpenWorkflows(db, quietSeconds);
      let failed: unknown;
      await withHeartbeat(
        async (signal) => {
          const attempt = async <T>(otherwise: T, part: () => Promise<T>): Promise<T> => {
            signal.throwIfAborted();
            try {
              return await part();
            } catch (error) {
              signal.throwIfAborted();
              log.warn('A part of the reconciliation failed', { error });
              failed ??= error;
              return otherwise;
            }
          };
          for (const workflowId of workflows) {
            if (await attempt(false, () => settle(workflowId))) settled += 1;
            looked += 1;
          }
          settled += await attempt(0, settleAdmissions);
          settled += await attempt(0, () => settleLines(temporal, signal));
          settled += await attempt(0, () => closeAbandoned(signal));
          await attempt(0, signalStalled);
          for (const workflowId of await attempt<readonly string[]>([], () => readOwedCalls(db))) {
            await attempt(undefined, () => callReader({ db, temporal }, workflowId));
          }
          await attempt(undefined, () => sweepChanges(db));
          await attempt(undefined, () => sweepDrafts(db));
          swept = await attempt(0, () => sweep(signal));
        },
        () => ({ looked, of: workflows.length }),
      );
      if (failed !== undefined) throw failed;
      return { settled, swept };
    },
  };
}
