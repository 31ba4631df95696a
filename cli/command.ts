/** What every command has: --json, a configuration read once, and one way to end with an error. */
import type { Readable } from 'node:stream';
import { Command } from 'commander';
import type { ApiAccess } from '../config/api.ts';
import type { Config } from '../config/config.ts';
import { isDebugging } from '../config/environment.ts';
import { ConfigError } from '../config/files.ts';
import { type CommandName, summaryOf } from './command-list.ts';
import { CommandFailure, EXIT } from './exit.ts';
import { createOutput, type Output, type Stream } from './output.ts';
import { visibleJson } from './visible-text.ts';

/** A terminal, or what a test types. */
export type Input = Readable & { readonly isTTY?: boolean };

/** What the commands share with the outside; tests bring their own. */
export interface Io {
  /** Called at first use, so that help and usage errors need no configuration. */
  readonly config: (env?: NodeJS.ProcessEnv) => Promise<Config>;
  /** The part of it that calls of the API need, which is read much sooner. */
  readonly access: () => Promise<ApiAccess>;
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** Without it nobody is asked anything. */
  readonly stdin?: Input;
  /** How the command ended. */
  exitCode: number;
}

export interface Context extends Pick<Io, 'access' | 'config' | 'stdin' | 'stdout'> {
  readonly out: Output;
}

/** Starts a command that has --json; its description is the one in the list. */
export const createCommand = (name: CommandName): Command => createSubcommand(name, summaryOf(name));

export const createSubcommand = (name: string, description: string): Command =>
  new Command(name).description(description).option('--json', 'print JSON for scripts');

/** Wraps an action: gives it its context, and turns whatever it throws into a message and an exit code. */
export function action<Arguments extends unknown[]>(
  io: Io,
  run: (context: Context, ...args: Arguments) => Promise<number | undefined> | number | undefined,
): (...args: [...Arguments, Command]) => Promise<void> {
  return async (...all) => {
    const command = all.at(-1) as Command;
    const out = createOutput(io, { json: command.opts().json === true });
    try {
      io.exitCode = (await run({ ...io, out }, ...(all.slice(0, -1) as Arguments))) ?? EXIT.ok;
    } catch (error) {
      io.exitCode = tellFailure(out, error);
    }
  };
}

/** Says what went wrong on stderr, as JSON with --json, and returns the exit code. */
export function tellFailure(out: Output, error: unknown): number {
  const failure = asFailure(error);
  const { code, message } = failure;
  out.remark(out.json ? visibleJson({ error: { code, message } }) : message);
  if (failure.exitCode === EXIT.failed && isDebugging() && error instanceof Error) {
    out.remark(error.stack ?? '');
  }
  return failure.exitCode;
}

function asFailure(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  if (error instanceof ConfigError) return new CommandFailure(EXIT.usage, error.message, 'InvalidInput');
  return new CommandFailure(EXIT.failed, error instanceof Error ? error.message : String(error));
}
