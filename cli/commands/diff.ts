/** `factory diff`: what a pull request of an epic, or a submission of a task, changes. */
import type { Command } from 'commander';
import { type Api, createApi, type Diff, readDiff, type WhichDiff } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { filesOf, patchesOf } from '../diff-pages.ts';
import { EXIT } from '../exit.ts';
import { parseNumber } from '../parse-number.ts';
import { patchLines, whatOf } from '../render-diff.ts';
import { statLines } from '../render-stat.ts';

interface Options extends Omit<WhichDiff, 'headSha' | 'afterFile'> {
  readonly stat?: boolean;
  readonly json?: boolean;
}

export const diffCommand = (io: Io): Command =>
  createCommand('diff')
    .argument('<epic>')
    .option('--stat', 'only the names of the files, and how much each changed')
    .option('--request <id>', 'the change that this open request asks about')
    .option('--pull-request <number>', 'another pull request of the epic', parseNumber)
    .option('--task <key>', 'the last submission of this task')
    .option('--submission <number>', 'with --task: this submission instead of the last', parseNumber)
    .option('--since <number>', 'with --submission: only what changed since this earlier one', parseNumber)
    .addHelpText(
      'after',
      '\nOutside of a terminal it is the plain patch: factory diff shop-checkout | git apply --check',
    )
    .action(action(io, diff));

async function diff(context: Context, epicId: string, { stat = false, json: _, ...which }: Options): Promise<number> {
  const { out } = context;
  const api = createApi(context);
  const shown = await readDiff(api, epicId, which);
  if (shown.since?.bringsBase === true) out.remark(`What came from ${shown.base} meanwhile is in it, too.`);
  if (out.json || stat) {
    const all = await collect(filesOf(api, epicId, which, shown));
    const patch = stat ? {} : { patch: await wholePatch(api, epicId, shown) };
    const { next: _, ...head } = shown;
    out.result({ ...head, files: all, ...patch }, () => statLines({ ...shown, files: all }, out.colors).join('\n'));
    return EXIT.ok;
  }
  await stream(context, patchesOf(api, epicId, shown), shown);
  return EXIT.ok;
}

async function wholePatch(api: Api, epicId: string, shown: Diff): Promise<string> {
  const pieces = await collect(patchesOf(api, epicId, shown));
  return pieces.map(({ patch }) => patch).join('');
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Prints the patch as it comes; in a terminal, colors each line once the line is whole. */
async function stream({ out }: Context, pieces: ReturnType<typeof patchesOf>, shown: Diff): Promise<void> {
  let begun = '';
  for await (const { path, patch, isCut } of pieces) {
    if (isCut) out.remark(cutRemark(shown, path));
    if (!out.interactive) {
      out.stdout.write(patch);
      continue;
    }
    const text = begun + patch;
    const end = text.lastIndexOf('\n') + 1;
    begun = text.slice(end);
    if (end > 0) for (const line of patchLines(text.slice(0, end), out.colors)) out.line(line);
  }
  if (begun !== '') for (const line of patchLines(begun, out.colors)) out.line(line);
}

const cutRemark = (shown: Diff, path: string): string =>
  `${path} in ${whatOf(shown)} is longer than what is shown; all of it: git diff ${shown.baseSha} ${shown.headSha}`;
