/** The section of a pull request's text about acceptance criteria: each with its verdict, how it is known, and the commit. */
import type { Database } from '../../db/connection.ts';
import { type CriterionState, readCriteria } from '../../db/reads/criteria.ts';
import { readAcceptance } from '../../db/reads/tasks.ts';
import { cut, oneLine } from '../../workflows/contract/short-text.ts';

/** Characters of a text by somebody else; the rest is cut. */
const MOST_OF_CRITERION = 300;
/** GitHub takes 65,536 characters of a whole text, of which workflows/pull-request/text-parts.ts uses its own. */
const MOST = 12_000;

export interface TaskCriteria {
  readonly key: string;
  readonly criteria: readonly CriterionState[];
}

/** Reads what is known when the text is written. */
export const createCriteriaOf =
  (db: Database) =>
  async ({ epicId, taskKey }: { readonly epicId: string; readonly taskKey?: string }): Promise<string> => {
    const [tasks, found] = await Promise.all([readAcceptance(db, epicId, taskKey), readCriteria(db, epicId, taskKey)]);
    const all = tasks.map(({ key, acceptance }) => ({ key, criteria: found(key, acceptance) }));
    return criteriaSection(all, { isOfOneTask: taskKey !== undefined });
  };

/** Empty when no task has criteria. Tasks that do not fit are counted rather than cut. */
export function criteriaSection(tasks: readonly TaskCriteria[], { isOfOneTask }: { isOfOneTask: boolean }): string {
  const withSome = tasks.filter(({ criteria }) => criteria.length > 0);
  if (withSome.length === 0) return '';
  let room = MOST;
  const parts = withSome.map(({ key, criteria }) => {
    const lines = criteria.map(criterionText).join('\n');
    const whole = isOfOneTask ? lines : `### ${key}\n${lines}`;
    const text = whole.length <= room ? whole : `${isOfOneTask ? '' : `### ${key}\n`}${countsText(criteria)}`;
    room -= text.length;
    return text;
  });
  return `## Criteria\n${parts.join('\n\n')}`;
}

const VERDICTS = { met: 'met', not_met: 'NOT met', not_checkable: 'not checkable' } as const;

function criterionText({ criterion, judged }: CriterionState): string {
  const text = cut(oneLine(criterion), MOST_OF_CRITERION);
  if (judged === null) return `- **nobody checked**: ${text}`;
  const { verdict, note, commitSha, isOutdated } = judged;
  const parts = [
    howText(judged),
    ...(note === '' ? [] : [cut(oneLine(note), MOST_OF_CRITERION)]),
    `at ${commitSha.slice(0, 12)}${isOutdated ? ', and nobody has looked at the newer commit yet' : ''}`,
  ].filter((part) => part !== '');
  return `- **${VERDICTS[verdict]}**: ${text}\n  ${parts.join('; ')}`;
}

/** What was run or looked at, and plainly so when only the reviewer says it. */
function howText({ how, proof, exitCode }: NonNullable<CriterionState['judged']>): string {
  if (how === '') return '';
  const code = `\`${cut(oneLine(how).replaceAll('`', "'"), MOST_OF_CRITERION)}\``;
  if (proof === 'ran') return `ran ${code}${exitCode === null ? '' : `, exit code ${exitCode}`}`;
  return proof === 'read' ? `looked at ${code}` : `the reviewer says: ${code}`;
}

function countsText(criteria: readonly CriterionState[]): string {
  const byVerdict = Map.groupBy(criteria, ({ judged }) =>
    judged === null ? 'not checked by anybody' : VERDICTS[judged.verdict],
  );
  const counts = [...byVerdict].map(([verdict, { length }]) => `${length} ${verdict}`);
  return `${counts.join(', ')}: too many to list here, see the task.`;
}
