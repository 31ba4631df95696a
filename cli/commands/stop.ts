/** `factory stop`: ends the stack that runs in STATE_DIR, from another terminal or after its launcher was killed. */
import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';

export const stopCommand = (io: Io): Command =>
  createCommand('stop')
    .option('--commands', 'end the commands of agents too, which otherwise stay in tmux')
    .action(action(io, stop));

async function stop({ out, config }: Context, options: { commands?: boolean }): Promise<number> {
  const { stopStack } = await import('../../local/stack/stop.ts');
  const stopped = await stopStack((await config()).stateDir);
  const ended = options.commands === true ? await endCommands(await config()) : [];
  const text = [
    stopped.length === 0 ? 'No stack was running.' : `Stopped ${stopped.join(', ')}.`,
    ...(ended.length === 0 ? [] : [`Ended the commands of ${ended.join(', ')}.`]),
  ].join('\n');
  out.result({ stopped, endedCommandsOf: ended }, text);
  return EXIT.ok;
}

async function endCommands(config: Config): Promise<string[]> {
  const { endServer, listSessions, terminalOf } = await import('../../local/stack/terminal.ts');
  const terminal = terminalOf(config);
  if (terminal === undefined) return [];
  const sessions = await listSessions(terminal);
  await endServer(terminal);
  return sessions;
}
