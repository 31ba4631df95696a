/** How a diff looks in a terminal: colored, and with nothing in it that a terminal would obey. */
import type { Diff } from './api.ts';
import type { Output } from './output.ts';

type Colors = Output['colors'];

export const whatOf = ({ pullRequest }: Diff): string =>
  pullRequest === null ? 'A change that is not pushed yet' : `Pull request #${pullRequest}`;

/** What is about to be approved: pull request, commit and diffstat. */
export function diffHead(diff: Diff, colors: Colors): string[] {
  const { title, head, base, headSha, stat } = diff;
  return [
    `${colors.bold(`${whatOf(diff)}: ${visible(title)}`)}`,
    `  ${visible(head)} → ${visible(base)}`,
    `  commit ${headSha}`,
    ...(stat === '' ? ['  changes nothing'] : statLines(stat, colors)),
  ];
}

export function statLines(stat: string, colors: Colors): string[] {
  return linesOf(stat).map((line) =>
    visible(line).replace(/(\+*)(-*)$/, (_, plus: string, minus: string) => colors.green(plus) + colors.red(minus)),
  );
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

/** Whoever wrote the change must not hide it: escape sequences and changes of direction are shown as what they are. */
export const visible = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  text.replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `<${code.toString(16).toUpperCase().padStart(2, '0')}>`;
  });
