/** `factory attach`: look at a task's terminal without being able to type. */
import { spawn } from 'node:child_process';
import { Argument, type Command } from 'commander';
import { ownEnvironment } from '../../config/environment.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { CommandFailure, EXIT, usageFailure } from '../exit.ts';

export const attachCommand = (io: Io): Command =>
  createCommand('attach')
    .addArgument(new Argument('[id]', 'a task (epic.task) or an epic; without it, the terminals that are there'))
    .option('--print', 'print the tmux command instead of running it')
    .addHelpText('after', '\nExamples:\n  factory attach\n  factory attach shop-checkout.receipts')
    .action(action(io, attach));

async function attach({ out, config }: Context, id: string | undefined, options: { print?: boolean }): Promise<number> {
  const { attachArgv, ownSessions, sessionOf, terminalOf } = await import('../../local/stack/terminal.ts');
  const terminal = terminalOf(await config());
  const sessions = await ownSessions(await config());
  if (id === undefined || terminal === undefined) {
    if (id !== undefined) throw new CommandFailure(EXIT.notFound, 'No task has run on this machine yet.', 'NotFound');
    const ids = sessions.map((session) => session.replace('/', '.'));
    out.result({ terminals: ids }, ids.length === 0 ? 'No task has a terminal open on this machine.' : ids.join('\n'));
    return EXIT.ok;
  }
  const session = sessionOf(id);
  if (!sessions.includes(session)) {
    const others = sessions.length === 0 ? 'None is open.' : `Open: ${sessions.join(', ').replaceAll('/', '.')}.`;
    throw new CommandFailure(
      EXIT.notFound,
      `${id} has no terminal open on this machine. ${others} factory fleet says on which host it is, factory logs what has run.`,
      'NotFound',
    );
  }
  const argv = attachArgv(terminal, session);
  if (options.print === true || out.json) {
    out.result({ argv }, argv.join(' '));
    return EXIT.ok;
  }
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw usageFailure(`attach needs a terminal. From one: ${argv.join(' ')}`);
  }
  return show(argv);
}

/** tmux refuses to run inside tmux unless it is told nothing of that. */
function show([file = 'tmux', ...args]: readonly string[]): Promise<number> {
  const { TMUX: _, ...env } = ownEnvironment();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', env });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? EXIT.failed));
  });
}
