/** What the scripted model's reviews say of earlier findings and acceptance criteria, where their script leaves it out. */
import type { Situation, Turn } from './scenario.ts';

/** What a review leaves out: of earlier findings and criteria it says what fits its verdict. */
export function withJudgements(turn: Turn, situation: Situation): Turn {
  const judge = ({ tool, input }: Turn['tools'][number]) =>
    tool === 'submit_review'
      ? { tool, input: { ...judgedFindings(input, situation), ...judgedCriteria(input, situation), ...input } }
      : { tool, input };
  return { ...turn, tools: turn.tools.map(judge) };
}

type Input = Turn['tools'][number]['input'];

function judgedFindings({ verdict }: Input, { findings = [] }: Situation): Input {
  if (findings.length === 0) return {};
  const settled = verdict === 'approve';
  const because = settled ? 'The change sees to it.' : 'It is as it was.';
  return { earlier: findings.map((finding) => ({ finding, settled, because })) };
}

/** The default brain looks at the commit so. */
export const LOOK_AT_COMMIT = 'git show --stat HEAD | head -40';

function judgedCriteria({ verdict }: Input, { criteria = 0 }: Situation): Input {
  if (criteria === 0) return {};
  const verdictOf = (criterion: number) => (verdict !== 'approve' && criterion === 1 ? 'not_met' : 'met');
  return {
    criteria: Array.from({ length: criteria }, (_, index) => {
      const criterion = index + 1;
      return { criterion, verdict: verdictOf(criterion), how: LOOK_AT_COMMIT };
    }),
  };
}
