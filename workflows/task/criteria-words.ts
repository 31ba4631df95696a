/** A review's findings by criterion, in words for people and for the Worker. Pure. */
import type { CriterionFinding } from '../contract/criteria.ts';
import { cut, oneLine } from '../contract/short-text.ts';

const VERDICTS: Readonly<Record<CriterionFinding['verdict'], string>> = {
  met: 'met',
  not_met: 'NOT met',
  not_checkable: 'not checkable',
};

/** A line a criterion; empty without findings. */
export function criteriaWords(findings: readonly CriterionFinding[] = [], acceptance: readonly string[] = []): string {
  return findings
    .map(({ criterion, verdict, how = '', note = '' }) => {
      const text = (acceptance[criterion - 1] ?? '').replaceAll(/\s+/g, ' ');
      const because = [how, note].filter((part) => part !== '').join('; ');
      return `${criterion}. ${VERDICTS[verdict]}: ${text}${because === '' ? '' : ` (${because})`}`;
    })
    .join('\n');
}

/** " Criteria: 3 met, 1 not checkable."; empty without findings. */
export function criteriaCounts(findings: readonly CriterionFinding[] = []): string {
  const byVerdict = Map.groupBy(findings, ({ verdict }) => verdict);
  const counts = [...byVerdict].map(([verdict, { length }]) => `${length} ${VERDICTS[verdict]}`);
  return counts.length === 0 ? '' : ` Criteria: ${counts.join(', ')}.`;
}

const MOST_UNCHECKED = 5;
const MOST_OF_CRITERION = 120;

/** Those that a review could not check, for the question about the merge. */
export function uncheckedCriteria(
  findings: readonly CriterionFinding[] = [],
  acceptance: readonly string[] = [],
): string[] {
  const unchecked = findings.filter(({ verdict }) => verdict === 'not_checkable');
  const more = unchecked.length > MOST_UNCHECKED ? [`and ${unchecked.length - MOST_UNCHECKED} more`] : [];
  const named = unchecked
    .slice(0, MOST_UNCHECKED)
    .map(({ criterion }) => cut(oneLine(acceptance[criterion - 1] ?? `criterion ${criterion}`), MOST_OF_CRITERION));
  return [...named, ...more];
}
