/** What a host still runs for tasks that went on elsewhere while it was away. */
import { EPIC_NAME, journalsFolder } from '../../clients/git/names.ts';
import { endSession, listSessionsOf, type Terminal } from '../../clients/terminal/tmux.ts';
import type { Database } from '../../db/connection.ts';
import { readHeldBy } from '../../db/reads/placements.ts';
import { epicWorkflowId, taskWorkflowId } from '../../workflows/contract/ids.ts';

/**
 * Ends the sessions whose task or epic has its slot on another host or nowhere, and answers with their names. Those that
 * were not opened for journals of this host stay: TMUX_SOCKET_PATH may lead to a server that others use too.
 */
export async function endSuperseded(
  db: Database,
  { host, stateDir, terminal }: { host: string; stateDir: string; terminal: Terminal },
): Promise<string[]> {
  const sessions = await listSessionsOf(terminal, journalsFolder({ stateDir, host }));
  if (sessions.length === 0) return [];
  const ours = await readHeldBy(db, host);
  const superseded = sessions.filter((session) => !ours.has(holderOf(session)));
  for (const session of superseded) await endSession(terminal, session);
  return superseded;
}

/** `epic/task`, as clients/git/names.ts makes it. */
function holderOf(session: string): string {
  const [epicId = '', name = ''] = session.split('/');
  return name === EPIC_NAME ? epicWorkflowId(epicId) : taskWorkflowId(epicId, name);
}
