/** What agents' commands run in, host by host. */
import { sql } from 'kysely';
import { epicWorkflowId } from '../../workflows/contract/ids.ts';
import type { Database } from '../connection.ts';

/** Of an epic and its tasks: what each host had when something of theirs was last placed there. */
export async function readSandboxes(db: Database, epicId: string): Promise<{ host: string; description: string }[]> {
  const workflowId = epicWorkflowId(epicId);
  const rows = await db
    .selectFrom('placements')
    .select(['host', 'sandbox'])
    .distinct()
    .where((where) =>
      where.or([where('holder', '=', workflowId), where(sql`starts_with(holder, ${`${workflowId}/`})`, '=', true)]),
    )
    .orderBy('host')
    .orderBy('sandbox')
    .execute();
  return rows.map(({ host, sandbox }) => ({ host, description: sandbox ?? 'unknown' }));
}

/** Of the hosts that are there now. */
export async function listHostSandboxes(db: Database, seenWithinSeconds: number): Promise<Record<string, string>> {
  const rows = await db
    .selectFrom('hosts')
    .select(['name', 'sandbox'])
    .where('last_seen_at', '>', sql<Date>`now() - make_interval(secs => ${seenWithinSeconds})`)
    .orderBy('name')
    .execute();
  return Object.fromEntries(rows.map(({ name, sandbox }) => [name, sandbox ?? 'unknown']));
}
