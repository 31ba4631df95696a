/** Whether a review speaks of each acceptance criterion of its task, and once: a pure view. */
import type { SubmitReview } from '../contract/agent.ts';
import type { CriterionFinding, JudgedCriterion } from '../contract/criteria.ts';
import { oneLine } from '../contract/short-text.ts';

/** Findings by number, in the order of the criteria, or what is wrong with them in words for the model. */
export function judgeCriteria(
  { verdict, criteria: judged = [] }: Pick<SubmitReview, 'verdict' | 'criteria'>,
  criteria: readonly string[],
): { findings: CriterionFinding[] } | { problem: string } {
  const findings: CriterionFinding[] = [];
  for (const one of judged) {
    const criterion = numberOf(one.criterion, criteria);
    if (criterion === undefined) {
      const most = criteria.length;
      return {
        problem: `\`criteria\` names ${JSON.stringify(one.criterion)}; the task has the criteria 1 to ${most}.`,
      };
    }
    if (findings.some((other) => other.criterion === criterion)) {
      return { problem: `\`criteria\` speaks of ${criterion} twice. Give each criterion one entry.` };
    }
    findings.push({ ...one, criterion });
  }
  const problem = problemOf(verdict, findings, criteria.length);
  return problem === undefined ? { findings: findings.toSorted((a, b) => a.criterion - b.criterion) } : { problem };
}

function problemOf(
  verdict: SubmitReview['verdict'],
  findings: readonly CriterionFinding[],
  count: number,
): string | undefined {
  const numbers = (those: readonly CriterionFinding[]) => those.map(({ criterion }) => criterion).join(', ');
  const named = new Set(findings.map(({ criterion }) => criterion));
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter((number) => !named.has(number));
  if (missing.length > 0) {
    return `\`criteria\` says nothing of ${missing.join(', ')}. Say of each criterion whether it is met, and how you know.`;
  }
  const unproven = findings.filter((one) => isEmpty(one.how) && (one.verdict !== 'not_checkable' || isEmpty(one.note)));
  if (unproven.length > 0) {
    return `\`criteria\` does not say how you know about ${numbers(unproven)}. Name in \`how\` the command that you ran or the \`path:line\` that you looked at; for not_checkable, say in \`note\` why it cannot be checked.`;
  }
  const notMet = findings.filter((one) => one.verdict === 'not_met');
  if (verdict === 'request_changes' || notMet.length === 0) return undefined;
  return `You approve, but say that criterion ${numbers(notMet)} is not met. Ask for changes, or look again.`;
}

const isEmpty = (text: string | undefined): boolean => text === undefined || text === '';

/** A number, a number as text ("2", "2."), or the criterion's own text, with or without its number before it. */
function numberOf(named: JudgedCriterion['criterion'], criteria: readonly string[]): number | undefined {
  const text = oneLine(String(named));
  const number = Number(/^#?(\d{1,3})[.)]?$/.exec(text)?.[1] ?? Number.NaN);
  if (number >= 1 && number <= criteria.length) return number;
  const index = criteria.findIndex((criterion, at) =>
    [oneLine(criterion), `${at + 1}. ${oneLine(criterion)}`].includes(text),
  );
  return index === -1 ? undefined : index + 1;
}
