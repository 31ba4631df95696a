/** Pausing the whole factory, and going on: one row, with a line in the log of each open epic. */
import { sql } from 'kysely';
import type { Person } from '../../workflows/contract/epic.ts';
import type { Database } from '../connection.ts';
import { RESUMED } from '../reads/factory-pause.ts';
import { keepWaiting } from './slot-waits.ts';

const ASKED = 'asked for by a person';

/** False when it was paused before: the first person and time stay. */
export function pauseFactory(db: Database, { by, comment }: Person): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .insertInto('factory_pause')
      .values({ by, comment: comment ?? null })
      .onConflict((conflict) => conflict.doNothing())
      .returning('since')
      .executeTakeFirst();
    if (row === undefined) return false;
    await noteInLogs(trx, { by, decision: 'pause the whole factory', reason: comment ?? ASKED });
    return true;
  });
}

/** False when it was not paused. */
export function resumeFactory(db: Database, { by, comment }: Person): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const pause = await trx.deleteFrom('factory_pause').returning('since').executeTakeFirst();
    if (pause === undefined) return false;
    await keepWaiting(trx, pause.since);
    await noteInLogs(trx, { by, decision: RESUMED, reason: comment ?? ASKED });
    return true;
  });
}

/** An epic's log tells why it stood still, whoever reads it later. */
async function noteInLogs(
  db: Database,
  { by, decision, reason }: { readonly by: string; readonly decision: string; readonly reason: string },
): Promise<void> {
  await sql`
    insert into decision_log (entry_key, epic_id, actor, kind, decision, reason, at)
    select 'factory/' || gen_random_uuid(), id, ${by}, 'decision', ${decision}, ${reason}, now()
    from epics where closed_at is null
  `.execute(db);
}
