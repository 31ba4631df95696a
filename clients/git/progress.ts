/** How far git says that it is (`--progress`, LC_ALL=C), in the words that people read. */

const STEPS: readonly { readonly pattern: RegExp; readonly doing: string }[] = [
  { pattern: /^Receiving objects:/, doing: 'fetches' },
  { pattern: /^Unpacking objects:/, doing: 'fetches' },
  { pattern: /^Resolving deltas:/, doing: 'puts together what it fetched' },
  { pattern: /^Checking connectivity:/, doing: 'checks what it fetched' },
  { pattern: /^Updating files:/, doing: 'checks out files' },
  { pattern: /^Writing objects:/, doing: 'pushes' },
  { pattern: /^remote: Resolving deltas:/, doing: 'pushes: the other side puts it together' },
  { pattern: /^remote: (Enumerating|Counting|Compressing) objects:/, doing: 'fetches: the other side prepares' },
  { pattern: /^(Enumerating|Counting|Compressing) objects:/, doing: 'prepares a push' },
];

/** A line of progress; each overwrites the one before it. */
const LINE = /^(remote: )?[A-Z][a-z]+ [a-z]+: +\d+%? ?(\(\d+\/\d+\))?[^\n]*$/;

/** The newest progress in a piece of stderr, as "fetches, 63 %"; undefined when it tells none. */
export function readProgress(stderr: string): string | undefined {
  for (const line of linesOf(stderr).reverse()) {
    const step = STEPS.find(({ pattern }) => pattern.test(line));
    if (step === undefined) continue;
    const percent = /: +(\d+)%/.exec(line)?.[1];
    return percent === undefined ? step.doing : `${step.doing}, ${percent} %`;
  }
  return undefined;
}

/** Removes the lines of progress from what git printed. */
export const withoutProgress = (stderr: string): string =>
  stderr.includes('\r')
    ? linesOf(stderr)
        .filter((line) => !LINE.test(line))
        .join('\n')
    : stderr;

const linesOf = (text: string): string[] => text.split(/[\r\n]+/).map((line) => line.trimEnd());
