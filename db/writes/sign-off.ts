/** A worker process leaves its host: the host's row says so at once, instead of by its silence. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { countRoomElsewhere } from '../reads/hosts.ts';

/** Another process of the host counts as alive for this long after its last report; three are missed by then. */
const PROCESS_ALIVE_SECONDS = 16;
const PROCESS_FORGOTTEN_DAYS = 30;

export interface LeavingPlacement {
  /** The workflow id of the task or epic. */
  readonly holder: string;
  readonly epoch: number;
}

/**
 * Marks the host as left unless another process serves it. Returns the placements that find room elsewhere, oldest
 * first; the others stay, since a host that only restarts is back before anything else has room for them.
 * Idempotent: signing off twice changes nothing more.
 */
export async function signOff(
  db: Database,
  { host, process }: { readonly host: string; readonly process: string },
): Promise<LeavingPlacement[]> {
  return db.transaction().execute(async (trx) => {
    await trx.selectFrom('hosts').select('name').where('name', '=', host).forUpdate().execute();
    await trx.deleteFrom('host_processes').where('host', '=', host).where('process', '=', process).execute();
    const others = await trx
      .selectFrom('host_processes')
      .select('process')
      .where('host', '=', host)
      .where('seen_at', '>', sql<Date>`now() - make_interval(secs => ${PROCESS_ALIVE_SECONDS})`)
      .execute();
    if (others.length > 0) return [];
    await trx.updateTable('hosts').set({ left_at: sql<Date>`now()` }).where('name', '=', host).execute();
    // Rows of processes that were killed long ago. A process that was only frozen reports again, and has its host back.
    await trx
      .deleteFrom('host_processes')
      .where('host', '=', host)
      .where('seen_at', '<', sql<Date>`now() - make_interval(days => ${PROCESS_FORGOTTEN_DAYS})`)
      .execute();
    return trx
      .selectFrom('placements')
      .select(['holder', 'epoch'])
      .where('host', '=', host)
      .where('held', '=', true)
      .orderBy('placed_at')
      .limit(await countRoomElsewhere(trx, host))
      .execute();
  });
}

/** The workflow ids of the open agents that work in a holder's place. */
export async function readAgentsIn(db: Database, holder: string): Promise<string[]> {
  const { rows } = await sql<{ workflow_id: string }>`
    select agents.workflow_id from agents
    left join tasks on tasks.epic_id = agents.epic_id and tasks.key = agents.task_key
    left join epics on epics.id = agents.epic_id and agents.task_key is null
    where agents.closed_at is null and coalesce(tasks.workflow_id, epics.workflow_id) = ${holder}
  `.execute(db);
  return rows.map((row) => row.workflow_id);
}
