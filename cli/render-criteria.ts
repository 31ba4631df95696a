/** Acceptance criteria for a terminal: each with what the latest review found about it. */
import { type Criterion, knownWords, verdictWords } from '../api/client/criterion-words.ts';
import type { Output } from './output.ts';

/** The criterion, and below it the verdict with how it is known; `asked`: that nobody checked it is worth a word. */
export function criterionLines(
  { criterion, judged }: Criterion,
  { colors, asked }: { readonly colors: Output['colors']; readonly asked: boolean },
): string[] {
  const [first = '', ...rest] = criterion.trimEnd().split('\n');
  const paint = { met: colors.green, not_met: colors.red, not_checkable: colors.yellow };
  const verdict = paint[judged?.verdict ?? 'not_checkable'](verdictWords(judged));
  const known = knownWords(judged).replaceAll(/\s+/g, ' ');
  return [
    `- ${first.trimStart()}`,
    ...rest.map((line) => `  ${line}`.trimEnd()),
    ...(asked || judged !== null ? [`  ${verdict}${known === '' ? '' : `: ${known}`}`] : []),
  ];
}
