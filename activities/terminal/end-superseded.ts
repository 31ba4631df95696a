/** What a host still runs for tasks that went on elsewhere or were closed from outside. */
import { EPIC_NAME, journalsFolder } from '../../clients/git/names.ts';
import { endSession, listSessionsOf, type Terminal } from '../../clients/terminal/tmux.ts';
import type { Database } from '../../db/connection.ts';
import { readPlacedOn } from '../../db/reads/placements.ts';
import { epicWorkflowId, taskWorkflowId } from '../../workflows/contract/ids.ts';

/**
 * Ends the tmux sessions of tasks and epics that have closed or were placed elsewhere, and returns their names. Only sessions
 * that run in a journal folder of this host are touched, since TMUX_SOCKET_PATH may name a server that others use too, and
 * none that is opened after that was read.
 */
export async function endSuperseded(
  db: Database,
  { host, stateDir, terminal }: { host: string; stateDir: string; terminal: Terminal },
): Promise<string[]> {
  const sessions = await listSessionsOf(terminal, journalsFolder({ stateDir, host }));
  if (sessions.length === 0) return [];
  const ended: string[] = [];
  for (const session of sessions) {
    // Read for each: ending the one before may have taken seconds.
    if ((await readPlacedOn(db, host)).has(holderOf(session.name))) continue;
    await endSession(terminal, session);
    ended.push(session.name);
  }
  return ended;
}

/** `epic/task`, as clients/git/names.ts makes it. */
function holderOf(session: string): string {
  const [epicId = '', name = ''] = session.split('/');
  return name === EPIC_NAME ? epicWorkflowId(epicId) : taskWorkflowId(epicId, name);
}
