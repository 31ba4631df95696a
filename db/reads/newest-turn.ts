/** Whether an agent has gone on. */
import type { Database } from '../connection.ts';

/** True while no later turn of the transcript has an answer. */
export async function isNewestTurn(
  db: Database,
  { transcript, turn }: { readonly transcript: string; readonly turn: number },
): Promise<boolean> {
  const later = await db
    .selectFrom('agent_turns')
    .select('turn')
    .where('transcript', '=', transcript)
    .where('turn', '>', turn)
    .limit(1)
    .executeTakeFirst();
  return later === undefined;
}
