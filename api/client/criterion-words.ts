/** What is known of an acceptance criterion, in words for the dashboard and the command line. Pure. */
import type { Answer } from './index.ts';

export type Criterion = Answer<'Criterion'>;
export type JudgedCriterion = NonNullable<Criterion['judged']>;

const VERDICTS: Readonly<Record<JudgedCriterion['verdict'], string>> = {
  met: 'met',
  not_met: 'not met',
  not_checkable: 'not checkable',
};

export const verdictWords = (judged: Criterion['judged']): string =>
  judged === null ? 'nobody checked' : VERDICTS[judged.verdict];

/** How it is known, on which commit, and what its reviewer noted; empty when nobody checked. */
export function knownWords(judged: Criterion['judged']): string {
  if (judged === null) return '';
  const { how, proof, exitCode, commitSha, isOutdated, note } = judged;
  const parts = [
    how === '' ? '' : howWords({ how, proof, exitCode }),
    `at ${commitSha.slice(0, 12)}`,
    isOutdated ? 'a newer commit waits for its review' : '',
    note,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** A claim that the transcript of the reviewer does not bear out is said to be one. */
function howWords({ how, proof, exitCode }: Pick<JudgedCriterion, 'how' | 'proof' | 'exitCode'>): string {
  if (proof === 'said') return `the reviewer says: ${how}`;
  if (proof === 'read') return `looked at ${how}`;
  return `ran ${how}${exitCode === null ? '' : ` (exit ${exitCode})`}`;
}
