/** The command line as a function: arguments and streams in, exit code out. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { absolute } from '../config-files.ts';
import type { Io } from './command.ts';
import { addCommand } from './commands/add.ts';
import { approveCommand, rejectCommand, respondCommand } from './commands/answer.ts';
import { attachCommand } from './commands/attach.ts';
import {
  budgetCommand,
  cancelCommand,
  pauseCommand,
  resumeCommand,
  retryCommand,
  skipCommand,
} from './commands/control.ts';
import { demoCommand } from './commands/demo.ts';
import { diffCommand } from './commands/diff.ts';
import { doctorCommand } from './commands/doctor.ts';
import { hostsCommand } from './commands/hosts.ts';
import { logsCommand } from './commands/logs.ts';
import { intakeCommand, listCommand, requestsCommand, showCommand, watchCommand } from './commands/read.ts';
import { repairCommand } from './commands/repair.ts';
import { rewindCommand } from './commands/rewind.ts';
import { setupCommand } from './commands/setup.ts';
import { startCommand } from './commands/start.ts';
import { stopCommand } from './commands/stop.ts';
import { submitCommand } from './commands/submit.ts';
import { EXIT, EXIT_CODES_HELP } from './exit.ts';

const DESCRIPTION = 'Turns an epic into merged code: agents do the work, Temporal makes it impossible to lose.';

const GROUPS: readonly (readonly [title: string, commands: readonly ((io: Io) => Command)[]])[] = [
  ['Epics:', [submitCommand, listCommand, showCommand, watchCommand, logsCommand, intakeCommand]],
  ['What waits for you:', [requestsCommand, diffCommand, approveCommand, rejectCommand, respondCommand]],
  [
    'Running epics:',
    [
      ...[addCommand, pauseCommand, resumeCommand, cancelCommand, retryCommand, rewindCommand, skipCommand],
      ...[budgetCommand, repairCommand],
    ],
  ],
  ['This machine:', [hostsCommand, demoCommand, setupCommand, doctorCommand, startCommand, stopCommand, attachCommand]],
];

/** Runs one command and answers with its exit code. */
export async function run(args: readonly string[], outside: Omit<Io, 'exitCode'>): Promise<number> {
  const io: Io = { ...outside, exitCode: EXIT.ok };
  const { version } = JSON.parse(readFileSync(absolute('package.json'), 'utf8')) as { version: string };
  const program = new Command('factory')
    .description(DESCRIPTION)
    .version(version)
    .addHelpText('after', EXIT_CODES_HELP);
  for (const [title, commands] of GROUPS) {
    for (const create of commands) program.addCommand(create(io).helpGroup(title));
  }
  for (const command of withChildren(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    });
    if (command !== program) command.showHelpAfterError('(add --help for the usage)');
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return io.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version are asked for; everything else that commander throws is wrong usage.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

const withChildren = (command: Command): Command[] => [command, ...command.commands.flatMap(withChildren)];
