/** Whom the supervisor counts as admitted, and who says so of itself: where the two differ, the epic is right. */
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

/** Returns the number of slots that were given back. Idempotent: what is right is not touched again. */
export function createSettleAdmissions({ db, temporal, quietSeconds, request, release }: AdmissionsDependencies) {
  /**
   * An epic may close between the supervisor's listing of the open ones and its own word, or while there is none: the
   * supervisor would count it for ever.
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
   * An epic that was reset after its end runs on with a slot that was given back; one that left the line is admitted by a
   * supervisor that was reset. The rows only say whom to ask: they may lag behind.
   */
  async function correct({ admitted, waiting }: Counted, epic: QuietEpic): Promise<number> {
    const { epicId, priority } = epic;
    const isCounted = admitted.includes(epicId);
    const isKnown = isCounted || waiting.some((one) => one.epicId === epicId);
    if (epic.admitted ? isKnown : !isCounted) return 0;
    if (await isClosed(epicId)) return 0;
    const view = await statusOf(temporal, epicId);
    if (view?.admitted === true && !isKnown) await request({ epicId, priority });
    // One that waits for admission asks again by itself, and is told again.
    if (view?.admitted !== false || !isCounted || view.hold?.kind === 'admission') return 0;
    await release({ epicId });
    return 1;
  }

  const isClosed = async (epicId: string): Promise<boolean> =>
    (await closingOf(temporal, epicWorkflowId(epicId))) !== undefined;

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

/** Undefined when it cannot answer, as one that is stuck; it is asked again with the next run. */
const statusOf = (temporal: Client, epicId: string): Promise<EpicView | undefined> =>
  temporal
    .withDeadline(Date.now() + ANSWER_MS, () =>
      temporal.workflow.getHandle(epicWorkflowId(epicId)).query<EpicView, []>(epicStatusQuery.name),
    )
    .catch(() => undefined);
