/** `factory diff`: what a pull request of an epic changes. */
import type { Command } from 'commander';
import { createApi, readDiff } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { number } from '../number.ts';
import { patchLines, statLines, whatOf } from '../render-diff.ts';

interface Options {
  readonly stat?: boolean;
  readonly pullRequest?: number;
  readonly request?: string;
}

export const diffCommand = (io: Io): Command =>
  createCommand('diff')
    .argument('<epic>')
    .option('--stat', 'only which files, and how much')
    .option('--request <id>', 'what another open request is about')
    .option('--pull-request <number>', 'another pull request of the epic', number)
    .addHelpText(
      'after',
      '\nOutside of a terminal it is the plain patch: factory diff shop-checkout | git apply --check',
    )
    .action(action(io, diff));

async function diff(
  context: Context,
  epicId: string,
  { stat = false, pullRequest, request }: Options,
): Promise<number> {
  const { out } = context;
  const shown = await readDiff(createApi(context), epicId, {
    ...(pullRequest === undefined ? {} : { pullRequest }),
    ...(request === undefined ? {} : { request }),
  });
  out.result(shown, () => {
    const text = (stat ? shown.stat : shown.patch).replace(/\n$/, '');
    if (!out.interactive) return text;
    return (stat ? statLines(text, out.colors) : patchLines(text, out.colors)).join('\n');
  });
  if (shown.truncated && !stat && !out.json) {
    const { baseSha, headSha } = shown;
    out.remark(`${whatOf(shown)} is longer than what is shown; all of it: git diff ${baseSha} ${headSha}`);
  }
  return EXIT.ok;
}
