/** The command line: `factory <command>`, a file a command. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { loadConfig } from '../config.ts';
import { absolute } from '../config-files.ts';
import type { LoadConfig } from './command.ts';
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
import { doctorCommand } from './commands/doctor.ts';
import { logsCommand } from './commands/logs.ts';
import { listCommand, requestsCommand, showCommand, watchCommand } from './commands/read.ts';
import { setupCommand } from './commands/setup.ts';
import { startCommand } from './commands/start.ts';
import { stopCommand } from './commands/stop.ts';
import { submitCommand } from './commands/submit.ts';
import { EXIT, EXIT_CODES_HELP } from './exit.ts';

const { version } = JSON.parse(readFileSync(absolute('package.json'), 'utf8')) as { version: string };

const program = new Command('factory')
  .description('Turns an epic into merged code: agents do the work, Temporal makes it impossible to lose.')
  .version(version)
  .addHelpText('after', EXIT_CODES_HELP);

const groups: readonly (readonly [title: string, commands: readonly ((config: LoadConfig) => Command)[]])[] = [
  ['Epics:', [submitCommand, listCommand, showCommand, watchCommand, logsCommand]],
  ['What waits for you:', [requestsCommand, approveCommand, rejectCommand, respondCommand]],
  ['Running epics:', [pauseCommand, resumeCommand, cancelCommand, retryCommand, skipCommand, budgetCommand]],
  ['This machine:', [setupCommand, doctorCommand, startCommand, stopCommand, attachCommand]],
];

for (const [title, commands] of groups) {
  for (const create of commands) {
    const command = create(loadConfig).helpGroup(title);
    for (const one of [command, ...command.commands])
      one.showHelpAfterError('(add --help for the usage)').exitOverride();
    program.addCommand(command);
  }
}

try {
  await program.exitOverride().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and version are asked for; everything else that commander throws is wrong usage.
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
