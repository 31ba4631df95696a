/** `factory diff`: what a pull request of an epic changes. */
import type { Command } from 'commander';
import { createApi, readDiff } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { patchLines, statLines } from '../render-diff.ts';
import { number } from './submit.ts';

interface Options {
  readonly stat?: boolean;
  readonly pullRequest?: number;
}

export const diffCommand = (io: Io): Command =>
  createCommand('diff', 'Show what a pull request changes: the one that waits for you, unless another is named')
    .argument('<epic>')
    .option('--stat', 'only which files, and how much')
    .option('--pull-request <number>', 'another pull request of the epic', number)
    .addHelpText(
      'after',
      '\nOutside of a terminal it is the plain patch: factory diff shop-checkout | git apply --check',
    )
    .action(action(io, diff));

async function diff(context: Context, epicId: string, { stat = false, pullRequest }: Options): Promise<number> {
  const { out } = context;
  const shown = await readDiff(createApi(context), epicId, pullRequest);
  out.result(shown, () => {
    const text = (stat ? shown.stat : shown.patch).replace(/\n$/, '');
    if (!out.interactive) return text;
    return (stat ? statLines(text, out.colors) : patchLines(text, out.colors)).join('\n');
  });
  if (shown.truncated && !stat && !out.json) {
    const { pullRequest: which, baseSha, headSha } = shown;
    out.remark(
      `The diff of pull request #${which} is longer than what is shown; all of it: git diff ${baseSha} ${headSha}`,
    );
  }
  return EXIT.ok;
}
