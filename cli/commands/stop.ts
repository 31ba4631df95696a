/** `factory stop`: ends the stack that runs in STATE_DIR, from another terminal or after its launcher was killed. */
import type { Command } from 'commander';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';

export const stopCommand = (io: Io): Command =>
  createCommand('stop')
    .option('--commands', 'end the commands of agents too, which otherwise stay in tmux')
    .action(action(io, stop));

async function stop({ out, config }: Context, options: { commands?: boolean }): Promise<number> {
  const { stopStack } = await import('../../local/stack/stop.ts');
  const stopped = await stopStack((await config()).stateDir);
  const { endCommands } = await import('../../local/stack/terminal.ts');
  const ended = options.commands === true ? await endCommands(await config()) : [];
  const text = [
    stopped.length === 0 ? 'No stack was running.' : `Stopped ${stopped.join(', ')}.`,
    ...(ended.length === 0 ? [] : [`Ended the commands of ${ended.join(', ')}.`]),
  ].join('\n');
  out.result({ stopped, endedCommandsOf: ended }, text);
  return EXIT.ok;
}
