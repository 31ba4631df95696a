/** The command line as a function: arguments and streams in, exit code out. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { absolute } from '../config/files.ts';
import { createCommand, type Io } from './command.ts';
import { type CommandName, GROUPS, usageOf } from './command-list.ts';
import { EXIT, EXIT_CODES_HELP } from './exit.ts';
import { loadCommand } from './load-command.ts';

const DESCRIPTION = 'Turns an epic into merged code: agents do the work, Temporal makes it impossible to lose.';

/** Runs one command and returns its exit code. */
export async function run(args: readonly string[], outside: Omit<Io, 'exitCode'>): Promise<number> {
  const io: Io = { ...outside, exitCode: EXIT.ok };
  const { version } = JSON.parse(readFileSync(absolute('package.json'), 'utf8')) as { version: string };
  const program = new Command('factory')
    .description(DESCRIPTION)
    .version(version)
    .addHelpText('after', EXIT_CODES_HELP);
  const meant = nameIn(args);
  for (const [title, commands] of Object.entries(GROUPS)) {
    for (const name of Object.keys(commands) as CommandName[]) {
      const command = name === meant ? await loadCommand(name, io) : nameOnly(name);
      program.addCommand(command.helpGroup(title));
    }
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

/** Enough of a command for the list in the help, and for the one that is meant by a mistyped name. */
function nameOnly(name: CommandName): Command {
  const usage = usageOf(name);
  return usage === '' ? createCommand(name) : createCommand(name).arguments(usage);
}

/** The word that commander takes for the command's name; no option before it has a value. */
function nameIn(args: readonly string[]): string | undefined {
  const words = args.filter((arg) => !arg.startsWith('-'));
  return words[0] === 'help' ? words[1] : words[0];
}

const withChildren = (command: Command): Command[] => [command, ...command.commands.flatMap(withChildren)];
