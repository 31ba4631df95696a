/** The newest generation and version that each execution of an epic has recorded. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

export interface ToldOrder {
  readonly workflow_id: string;
  readonly generation: number;
  readonly version: number;
}

export async function readToldOrders(db: Database, epicId: string): Promise<ToldOrder[]> {
  const { rows } = await sql<ToldOrder>`
    select workflow_id, generation, version from epics where id = ${epicId}
    union all select workflow_id, generation, version from tasks where epic_id = ${epicId} and generation is not null
    union all select workflow_id, generation, version from agents where epic_id = ${epicId}
  `.execute(db);
  return rows;
}
