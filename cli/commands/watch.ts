/** `factory watch`: an epic until it ends. */
import type { Command } from 'commander';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { usageFailure } from '../exit.ts';
import { exitCodeOf, watchEpic } from '../watch-epic.ts';

export const watchCommand = (io: Io): Command =>
  createCommand('watch')
    .argument('<epic>')
    .addHelpText(
      'after',
      '\nIn a terminal a picture that moves; elsewhere one line for each change; with --json one epic a line.',
    )
    .action(action(io, watch));

async function watch(context: Context, id: string): Promise<number> {
  if (id.includes('.')) throw usageFailure(`watch takes an epic; the task's terminal: bin/factory attach ${id}`);
  return exitCodeOf(await watchEpic(createApi(context), context.out, id));
}
