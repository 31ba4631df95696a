/** A plan as a YAML file for an editor, and back. Pure. */
import { parseDocument, stringify } from 'yaml';
import type { Answer } from '../api/client/index.ts';

type Plan = Answer<'EpicPlan'>;

export interface PlanText {
  readonly plan: Plan;
  /** What saving the file does. */
  readonly effect: string;
}

/** Tasks that have started stand in comments: nothing changes them. */
export function planText({ plan, effect }: PlanText): string {
  const { epicId, revision, overlaps } = plan;
  const started = plan.tasks.filter(({ hasStarted }) => hasStarted);
  const open = plan.tasks.filter(({ hasStarted }) => !hasStarted);
  const tasks = open.map(({ key, title, description, acceptance, dependsOn, files, budgetUsd, budgetTokens }) => ({
    ...{ key, title, description, acceptance, dependsOn, files },
    ...(budgetUsd === null ? {} : { budgetUsd }),
    ...(budgetTokens === null ? {} : { budgetTokens }),
  }));
  return [
    comment(`The plan of ${epicId}. ${effect}`),
    comment(
      'Change, add, drop or move tasks. A task that is split is dropped, and its parts are added. A new task needs a key (a-z, 0-9 and -) and a title.',
    ),
    comment('budgetUsd and budgetTokens cap what a task may use. A cap that is left out stays as it is.'),
    comment('Close the file without a change, or empty it, to leave the plan as it is.'),
    ...overlaps.map(({ tasks: [one, other], files }) =>
      comment(`Overlap: ${one} and ${other} will likely both change ${files.join(', ')}; neither waits for the other.`),
    ),
    `revision: ${revision}`,
    ...(started.length === 0 ? [] : [comment('These have started or ended, and stay as they are:')]),
    ...started.map(({ key, title, state }) => comment(`- ${key}: ${title} (${state})`)),
    stringify({ tasks }, { lineWidth: 0, blockQuote: 'literal' }).trimEnd(),
    '',
  ].join('\n');
}

const comment = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => `# ${line}`)
    .join('\n');

export class UnreadablePlan extends Error {
  override readonly name = 'UnreadablePlan';
}

/** The fields as they were written; the API says what does not fit. Undefined for a file without any. */
export function readPlanText(text: string): { readonly revision: unknown; readonly tasks: unknown } | undefined {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new UnreadablePlan(`it is not YAML: ${error.message}`);
  const value: unknown = document.toJS();
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw new UnreadablePlan('it must hold revision and tasks');
  const { revision, tasks, ...others } = value as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new UnreadablePlan(`${unknown}: there is no such field; it has revision and tasks`);
  return { revision, tasks: tasks ?? [] };
}

const PROBLEMS_BEGIN = '# What does not fit, and nothing was sent:';
const PROBLEMS_END = '# Fix it, save and close; close it without a change to give up.';

/** The text with what was wrong with it on top, in the place of what was wrong before. */
export function withProblems(text: string, problems: readonly string[]): string {
  const end = text.indexOf(`${PROBLEMS_END}\n`);
  const rest = text.startsWith(PROBLEMS_BEGIN) && end !== -1 ? text.slice(end + PROBLEMS_END.length + 1) : text;
  return [PROBLEMS_BEGIN, ...problems.map((problem) => comment(`  ${problem}`)), PROBLEMS_END, rest].join('\n');
}
