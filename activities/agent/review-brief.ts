/** The parts of a reviewer's brief besides the task: evidence, earlier reviews, weakened tests and the change. */
import { NO_TEST_NOTE } from '../../workflows/contract/evidence.ts';
import type { Comment, EarlierReview } from '../../workflows/contract/review.ts';
import { fenced } from './prompt-files.ts';

const DIFF_LIMIT = 60_000;
const SINCE_LIMIT = 20_000;
const MOST_NAMED = 100;

/** A check as evidence has it. */
export interface Check {
  readonly name: string;
  readonly command: string;
  readonly exitCode: number;
  readonly output: string;
}

export function commentText({ path, line, body }: Comment): string {
  if (path === undefined) return body;
  return `${path}${line === undefined ? '' : `:${line}`}: ${body}`;
}

export function evidenceText(checks: readonly Check[]): string {
  if (checks.length === 0) return 'Nothing: the repository names no checks in factory.yaml.';
  return checks
    .map(({ name, command, exitCode, output }) => {
      const empty = output.trimEnd().endsWith(NO_TEST_NOTE) ? ', and no test was run' : '';
      return `- \`${name}\` (\`${command}\`): exit code ${exitCode}${empty}`;
    })
    .join('\n');
}

export function weakenedText(lines: readonly string[] = [], uncompared: readonly string[] = []): string {
  if (lines.length === 0)
    return uncompared.length === 0 ? '' : `${UNCOMPARED}\n${fenced('tests', uncompared.join('\n'))}`;
  const why = 'The factory compared the tests and found these weakened. Say of each whether the task asks for it:';
  return `${why}\n${fenced('weakened-tests', lines.join('\n'))}`;
}

const UNCOMPARED =
  'The factory found no weakened test by the texts, and could not compare those that ran with those of the base:';

/** Earlier findings with the Worker's answers, and what changed since the latest of them. */
export function earlierText(reviews: readonly EarlierReview[] = [], since = ''): string {
  if (reviews.length === 0) return '';
  const told = reviews.map(({ number, summary, findings, answer }) =>
    [
      fenced('earlier-review', summary),
      `Open of it:\n${fenced('findings', findings.map((one) => `${one.id} ${commentText(one)}`).join('\n'))}`,
      `The engineer’s answer, handed in after review ${number}:\n${fenced('answer', answer)}`,
    ].join('\n'),
  );
  const latest = reviews.at(-1)?.headSha;
  return [
    'Reviewers before you asked for changes. Say in `earlier` of each finding by its number whether it is settled, and why;',
    'the engineer’s answer is a claim. A finding that was mistaken is settled too: say what makes it so.',
    ...told,
    since === ''
      ? ''
      : `What changed since ${latest}, the commit that was reviewed last:\n${changeText(since, SINCE_LIMIT)}`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** The scripted model reads the number out of it. */
export const criteriaWish = (count: number): string =>
  `Say in \`criteria\` of each of the ${count} acceptance criteria, by its number, whether it is met on this commit and how you know.`;

/** In place of the change. */
export const nothingText = (why: string): string =>
  [
    'There is no change. The engineer says that what the task asks for is there already:',
    fenced('nothing-to-do', why),
    'Approve only when you have seen for yourself that every criterion is met by the commit as it is.',
  ].join('\n');

/** The change, whole files of it as far as there is room; the others are named, to be opened. */
export function changeText(diff: string, limit = DIFF_LIMIT): string {
  const files = diff.split(/^(?=diff --git )/m);
  const shown: string[] = [];
  const left: string[] = [];
  let room = limit;
  for (const file of files) {
    if (file.length <= room) {
      shown.push(file);
      room -= file.length;
    } else left.push(nameOf(file));
  }
  const text = fenced('diff', shown.join(''));
  if (left.length === 0) return text;
  const named = left.slice(0, MOST_NAMED);
  const more = left.length > named.length ? [`and ${left.length - named.length} more`] : [];
  return [
    text,
    `Left out for their length, ${left.length} of ${files.length} files. Open each in your working copy, or say in the summary which you did not:`,
    fenced('left-out', [...named, ...more].join('\n')),
  ].join('\n');
}

/** Of `diff --git a/… b/…`; git quotes unusual names, which are shown as it does. */
function nameOf(file: string): string {
  const [head = ''] = file.split('\n', 1);
  const added = /^\+\+\+ (?:"?b\/)?(.*?)"?$/m.exec(file)?.[1];
  return added === undefined || added === '/dev/null' ? head.replace('diff --git ', '') : added;
}
