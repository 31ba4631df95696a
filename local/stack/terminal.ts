/** The tmux server of this machine's host: what runs in it, how to look on, and how to end it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { journalsFolder, tmuxSession } from '../../clients/git/names.ts';
import {
  attachArgv,
  createTerminal,
  endServer,
  endSession,
  listSessions,
  listSessionsOf,
  type Session,
  type Terminal,
} from '../../clients/terminal/tmux.ts';
import type { Config } from '../../config/config.ts';

export { attachArgv, endServer, listSessions };

/** Nothing when no worker process has ever served as a host here, so that no commands can be running. */
export function terminalOf({ stateDir, host }: Config): Terminal | undefined {
  const name = keptName(stateDir);
  return name === undefined ? undefined : createTerminal({ stateDir, host: name, socket: host.tmuxSocket });
}

/** The sessions of this machine's host, by name: on a socket that was chosen there may be others. */
export const ownSessions = async (config: Config): Promise<string[]> => (await listOwn(config)).map(({ name }) => name);

async function listOwn(config: Config): Promise<Session[]> {
  const { stateDir } = config;
  const [host, terminal] = [keptName(stateDir), terminalOf(config)];
  if (host === undefined || terminal === undefined) return [];
  return await listSessionsOf(terminal, journalsFolder({ stateDir, host }));
}

/** Ends every command of this machine's host, and returns their sessions. What else is on a chosen socket goes on. */
export async function endCommands(config: Config): Promise<string[]> {
  const terminal = terminalOf(config);
  if (terminal === undefined) return [];
  const ours = await listOwn(config);
  if (config.host.tmuxSocket === undefined || ours.length === (await listSessions(terminal)).length) {
    await endServer(terminal);
  } else {
    for (const session of ours) await endSession(terminal, session);
  }
  return ours.map(({ name }) => name);
}

/** The name under which the worker process last served; without HOST_NAME it outlives a change of the machine's name. */
function keptName(stateDir: string): string | undefined {
  try {
    return readFileSync(path.join(stateDir, 'host-name'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The session of a task (`epic.task`) or, without a dot, of an epic. */
export function sessionOf(id: string): string {
  const [epicId = '', taskKey] = id.split('.', 2);
  return tmuxSession(epicId, taskKey);
}
