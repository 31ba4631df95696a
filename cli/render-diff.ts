/** How a diff looks in a terminal: colored, and with nothing in it that a terminal would obey. */
import type { Diff } from './api.ts';
import type { Output } from './output.ts';
import { statLines } from './render-stat.ts';
import { visible } from './visible-text.ts';

type Colors = Output['colors'];

export function whatOf({ pullRequest, taskKey, submission }: Diff): string {
  if (submission !== null) return `Submission ${submission} of task ${taskKey}`;
  return pullRequest === null ? 'A change that is not pushed yet' : `Pull request #${pullRequest}`;
}

/** What is about to be approved: pull request, commit and diffstat. */
export function diffHead(diff: Diff, colors: Colors): string[] {
  const { title, head, base, headSha, totals } = diff;
  return [
    `${colors.bold(`${whatOf(diff)}: ${visible(title)}`)}`,
    `  ${visible(head)} → ${visible(base)}`,
    `  commit ${headSha}`,
    ...(totals.files === 0 ? ['  changes nothing'] : statLines(diff, colors)),
  ];
}

export const patchLines = (patch: string, colors: Colors): string[] =>
  linesOf(patch).map((line) => colored(visible(line), colors));

const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');

function colored(line: string, { bold, cyan, green, red }: Colors): string {
  if (/^(diff |index |--- |\+\+\+ |new file|deleted file|similarity|rename )/.test(line)) return bold(line);
  if (line.startsWith('@@')) return cyan(line);
  if (line.startsWith('+')) return green(line);
  return line.startsWith('-') ? red(line) : line;
}
