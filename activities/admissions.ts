/** Compares the admissions that the supervisor counts with the epics' own account; where they differ, the epic is right. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Database } from '../db/connection.ts';
import { type QuietEpic, quietEpics } from '../db/reads/open-executions.ts';
import { epicStatusQuery } from '../workflows/contract/epic.ts';
import { epicWorkflowId } from '../workflows/contract/ids.ts';
import type { EpicView } from '../workflows/contract/records.ts';
import {
  type ReleaseAdmission,
  type RequestAdmission,
  type SupervisorCarry,
  supervisorStatusQuery,
} from '../workflows/contract/supervisor.ts';
import { SUPERVISOR_WORKFLOW_ID } from '../workflows/contract/task-queues.ts';
import { closingOf } from './closed-workflow.ts';

export interface AdmissionsDependencies {
  readonly db: Database;
  readonly temporal: Client;
  readonly quietSeconds: number;
  readonly request: (message: RequestAdmission) => Promise<void>;
  readonly release: (message: ReleaseAdmission) => Promise<void>;
}

type Counted = Pick<SupervisorCarry, 'admitted' | 'waiting'> & { readonly limit: number };

export function createSettleAdmissions({ db, temporal, quietSeconds, request, release }: AdmissionsDependencies) {
  /**
   * An epic may close after the supervisor listed it as open, or while there is no supervisor, which would then count it
   * for ever.
   */
  async function releaseClosed({ admitted }: Counted): Promise<number> {
    let released = 0;
    for (const epicId of admitted) {
      if (!(await isClosed(epicId))) continue;
      await release({ epicId });
      released += 1;
    }
    return released;
  }

  /**
   * Corrects one epic. An epic that was reset after its end runs on with a slot that was given back, and a supervisor that
   * was reset admits an epic that has left the line. The rows may lag behind, so they only choose the epics to ask.
   */
  async function correct({ admitted, waiting }: Counted, epic: QuietEpic): Promise<number> {
    const { epicId, priority } = epic;
    const isCounted = admitted.includes(epicId);
    const isKnown = isCounted || waiting.some((one) => one.epicId === epicId);
    if (epic.admitted ? isKnown : !isCounted) return 0;
    if (await isClosed(epicId)) return 0;
    const view = await statusOf(temporal, epicId);
    if (view === undefined) return 0;
    if (view.admitted) {
      if (!isKnown) await request({ epicId, priority });
      return 0;
    }
    // An epic that waits for admission asks again by itself.
    if (!isCounted || view.hold?.kind === 'admission') return 0;
    await release({ epicId });
    return 1;
  }

  const isClosed = async (epicId: string): Promise<boolean> =>
    (await closingOf(temporal, epicWorkflowId(epicId))) !== undefined;

  /** Returns the number of slots given back. Idempotent: an admission that is right is left alone. */
  return async function settleAdmissions(): Promise<number> {
    const counted = await readCounted(temporal);
    // A supervisor that starts takes over by itself who is admitted.
    if (counted === undefined || counted.limit === 0) return 0;
    let released = await releaseClosed(counted);
    for (const epic of await quietEpics(db, quietSeconds)) released += await correct(counted, epic);
    return released;
  };
}

/** Undefined while there is no supervisor. */
async function readCounted(temporal: Client): Promise<Counted | undefined> {
  try {
    return await temporal.workflow.getHandle(SUPERVISOR_WORKFLOW_ID).query<Counted>(supervisorStatusQuery.name);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

const ANSWER_MS = 5_000;

/** Undefined when the epic does not answer, for example because it is stuck; the next run asks again. */
const statusOf = (temporal: Client, epicId: string): Promise<EpicView | undefined> =>
  temporal
    .withDeadline(Date.now() + ANSWER_MS, () =>
      temporal.workflow.getHandle(epicWorkflowId(epicId)).query<EpicView, []>(epicStatusQuery.name),
    )
    .catch(() => undefined);
